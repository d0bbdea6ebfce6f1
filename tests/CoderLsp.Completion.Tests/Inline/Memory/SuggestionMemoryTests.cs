using CoderLsp.Completion.Documents;
using CoderLsp.Completion.Inline;
using CoderLsp.Completion.Inline.Memory;

namespace CoderLsp.Completion.Tests.Inline.Memory;

public class SuggestionMemoryTests
{
    readonly SuggestionMemory _memory = new();

    static InlineRequest At(string marked, InlineTrigger trigger = InlineTrigger.Automatic, string? selected = null)
    {
        var (snapshot, cursor) = Marked.Read(marked);
        var position = snapshot.PositionOf(cursor);
        var word = position.Character;
        while (word > 0 && char.IsLetter(snapshot.Line(position.Line)[word - 1])) word--;
        return new(snapshot, position, trigger, new(), selected is null ? null : new(new(position with { Character = word }, position), selected));
    }

    void Suggested(InlineRequest request, params string[] texts) =>
        _memory.Add(request, [.. texts.Select(text => new InlineSuggestion(text, TextRange.At(default), InlineStop.EndOfLine, 1, default, "m").ReplacingFor(request))]);

    string[]? Recalled(InlineRequest request) => _memory.Recall(request)?.Select(item => item.Text).ToArray();

    [Theory]
    [InlineData("a = |;\nb", new[] { "Compute()" })]
    [InlineData("a = C|;\nb", new[] { "ompute()" })]
    [InlineData("a = Compute(|;\nb", new[] { ")" })]
    [InlineData("a = Compute()|;\nb", null)] // typed to its end: what comes then is another suggestion
    [InlineData("a = Cat|;\nb", null)]
    [InlineData("a = |C;\nb", null)] // not typed but standing to the right
    [InlineData("a = C|)\nb", null)] // the text to the right is another
    [InlineData("a = C|;\nc", null)]
    [InlineData("A = C|;\nb", null)]
    [InlineData("a =|;\nb", null)]
    [InlineData("|", null)]
    public void A_suggestion_is_there_as_long_as_what_is_typed_agrees_with_it(string now, string[]? left)
    {
        Suggested(At("a = |;\nb"), "Compute()");
        Recalled(At(now)).ShouldBe(left);
    }

    [Theory]
    [InlineData("x = |;", "print(name)", "x = print(|);", "name")]
    [InlineData("x = |;", "print(name)", "x = print(na|);", "me")]
    [InlineData("x = |;", "print(name)", "x = print(name|);", null)]
    [InlineData("x = |;", "print(name) + 1", "x = print(name)|;", " + 1")] // typed over it
    [InlineData("x = |;", "print(name)", "x = print(|];", null)]
    [InlineData("|", "open(\"a.txt\")", "open(\"|\")", "a.txt")]
    [InlineData("|", "f(g(x), y)", "f(g(|))", "x")]
    [InlineData("|", "f(g(x), y)", "f(g(x)|)", ", y")]
    [InlineData("|", "f(\n    x)", "f(|)", null)]
    public void Brackets_that_the_editor_closes_by_itself_end_what_is_left(string marked, string suggested, string now, string? left)
    {
        Suggested(At(marked), suggested);
        Recalled(At(now)).ShouldBe(left is null ? null : [left]);
    }

    [Fact]
    public void What_is_left_goes_to_the_cursor_and_cost_nothing()
    {
        Suggested(At("a = |"), "Compute()");
        var item = _memory.Recall(At("a = Co|"))!.ShouldHaveSingleItem();
        item.Range.ShouldBe(TextRange.At(new(0, 6)));
        item.Usage.ShouldBe(default);
    }

    [Fact]
    public void Lines_are_typed_along_with_the_documents_line_ends()
    {
        Suggested(At("void F() {\r\n    |\r\n}"), "a();\r\n    b();");
        Recalled(At("void F() {\r\n    a();\r\n    |\r\n}")).ShouldBe(["b();"]);
        Recalled(At("void F() {\r\n    a();|\r\n}")).ShouldBe(["\r\n    b();"]);
    }

    [Fact]
    public void White_space_that_is_left_is_nothing_to_show()
    {
        Suggested(At("|x"), "a ");
        Recalled(At("a|x")).ShouldBeNull();
    }

    [Fact]
    public void Taking_back_what_was_typed_finds_what_was_suggested_there()
    {
        Suggested(At("|"), "one");
        Suggested(At("t|"), "two");
        Suggested(At("th|"), "three");
        Recalled(At("t|")).ShouldBe(["two"]);
        Recalled(At("|")).ShouldBe(["one"]);
        Recalled(At("o|")).ShouldBe(["ne"]);
    }

    [Fact]
    public void That_there_is_nothing_to_show_is_known_too_at_that_place()
    {
        Suggested(At("a|"));
        Recalled(At("a|")).ShouldBe([]);
        Recalled(At("ab|")).ShouldBeNull();
    }

    [Fact]
    public void Who_asks_gets_several_that_were_made_for_who_asked()
    {
        Suggested(At("a|"), "b");
        Recalled(At("a|", InlineTrigger.Invoked)).ShouldBeNull();
        Suggested(At("a|", InlineTrigger.Invoked), "b", "cd", "e");
        Recalled(At("a|", InlineTrigger.Invoked)).ShouldBe(["b", "cd", "e"]);
        Recalled(At("ac|", InlineTrigger.Invoked)).ShouldBeNull();
        Recalled(At("a|")).ShouldBe(["b"]);
        Recalled(At("ac|")).ShouldBe(["d"]);
    }

    [Fact]
    public void A_selected_entry_counts_as_typed()
    {
        Suggested(At("x.Wri|;", selected: "WriteLine"), "(y)");
        var item = _memory.Recall(At("x.Writ|;", selected: "WriteLine"))!.ShouldHaveSingleItem();
        (item.Text, item.Range).ShouldBe(("WriteLine(y)", new TextRange(new(0, 2), new(0, 6))));
        Recalled(At("x.WriteLine|;")).ShouldBe(["(y)"]);
        Recalled(At("x.Wri|;", selected: "Write")).ShouldBeNull();
        Recalled(At("x.Wri|;")).ShouldBeNull();

        Suggested(At("z.|;"), "Save(all)");
        Recalled(At("z.S|;", selected: "Save")).ShouldBe(["Save(all)"]);
    }

    [Fact]
    public void Another_indentation_is_another_suggestion()
    {
        Suggested(At("|"), "a");
        Recalled(At("|") with { Indentation = new(true, 4) }).ShouldBeNull();
    }

    [Fact]
    public void Memory_is_bounded_and_the_latest_are_kept()
    {
        for (var i = 0; i <= SuggestionMemory.MostPlaces; i++) Suggested(At(new string('a', i) + "|"), "b");
        Recalled(At("|")).ShouldBeNull();
        Recalled(At("a|")).ShouldBe(["b"]);
        for (var document = 0; document < 16; document++)
        {
            var request = At("|");
            Suggested(request with { Snapshot = new($"file:///{document}", "csharp", 1, "") }, "x");
        }
        Recalled(At("a|")).ShouldBeNull();

        var large = new string('z', 3 << 20);
        Suggested(At("|" + large), "b");
        Suggested(At("a|" + large), "c");
        Recalled(At("|" + large)).ShouldBeNull();
        Recalled(At("a|" + large)).ShouldBe(["c"]);
    }

    [Fact]
    public void A_closed_document_is_forgotten()
    {
        Suggested(At("|"), "a");
        _memory.Forget("file:///a");
        Recalled(At("|")).ShouldBeNull();
    }
}
