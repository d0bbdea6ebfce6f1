using System.Collections.Frozen;
using CoderLsp.Completion.Context;
using CoderLsp.Completion.Context.Definitions;
using CoderLsp.Completion.Context.Outlines;
using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Tests.Context;

/// <summary>What a selection uses, from the files that declare it.</summary>
public sealed class DefinitionTests : IDisposable
{
    const string Rates = "import os\n\n\ndef rate_of(country):\n    \"\"\"Tax.\"\"\"\n    return TABLE[country]\n\n\nclass Unused:\n    pass\n";

    readonly TemporaryWorkspace _workspace = new();
    readonly ProjectContext _project;

    public DefinitionTests() => _project = new(_workspace.Files, _workspace);

    public void Dispose()
    {
        _project.Dispose();
        _workspace.Dispose();
    }

    [Fact]
    public void A_function_that_is_called_comes_from_the_file_that_declares_it()
    {
        _workspace.Write("tax/rates.py", Rates);
        Found("total = rate_of(\"NL\") * 2\n").ShouldBe(
            [("tax/rates.py", (4, 6), "def rate_of(country):\n    \"\"\"Tax.\"\"\"\n    return TABLE[country]\n", "defines rate_of, which the selection uses")]);
    }

    [Theory]
    [InlineData("rate_of = 3\n")] // not called
    [InlineData("def rate_of(a):\n    pass\nrate_of(1)\n")] // the document's own
    [InlineData("rate_off(1)\n")]
    public void What_is_not_used_or_not_theirs_does_not_come(string code)
    {
        _workspace.Write("tax/rates.py", Rates);
        Found(code).ShouldBeEmpty();
    }

    [Fact]
    public void Of_several_the_nearest_is_taken_and_of_many_none()
    {
        foreach (var folder in new[] { "z/deep", "a" }) _workspace.Write($"{folder}/rates.py", Rates);
        Found("rate_of(1)\n").ShouldHaveSingleItem().Path.ShouldBe("a/rates.py");
        foreach (var folder in new[] { "b", "c" }) _workspace.Write($"{folder}/rates.py", Rates);
        foreach (var folder in new[] { "b", "c" }) _project.Reader.Read(_workspace.PathOf($"{folder}/rates.py"));
        Found("rate_of(1)\n").ShouldBeEmpty();
    }

    [Fact]
    public void Another_language_a_secret_and_an_ignored_file_define_nothing()
    {
        _workspace.Write(".gitignore", "gen.py\n");
        _workspace.Write("gen.py", Rates);
        _workspace.Write("secrets.py", Rates);
        _workspace.Write("rates.rb", "def rate_of(a)\n  1\nend\n");
        Found("rate_of(1)\n").ShouldBeEmpty();
    }

    [Fact]
    public void A_long_type_comes_as_its_members_and_a_long_function_as_its_beginning()
    {
        var members = string.Concat(Enumerable.Range(0, 20).Select(i => $"    public int Member{i}(int a)\n    {{\n        return a * {i} + 100000000;\n    }}\n\n"));
        _workspace.Write("shop.cs", $"namespace Shop;\n\npublic sealed class Basket\n{{\n{members}}}\n");
        _workspace.Write("sum.cs", "class X\n{\n    static int Summed(int a)\n    {\n" + string.Concat(Enumerable.Repeat("        a += 1;\n", 200)) + "    }\n}\n");
        var found = Found("var b = new Basket(); X.Summed(1);\n", "use.cs");
        found.Select(one => one.Path).ShouldBe(["shop.cs", "sum.cs"]);
        found[0].Text.ShouldStartWith("public sealed class Basket\n  public int Member0(int a)\n  public int Member1(int a)\n");
        found[0].Lines.ShouldBe((3, 105));
        found[1].Text.ShouldStartWith("    static int Summed(int a)\n    {\n        a += 1;\n");
        found[1].Text.Length.ShouldBeInRange(1_000, 1_200);
        found[1].Lines.ShouldBe((3, 205));
    }

    [Fact]
    public void What_lies_in_a_definition_that_was_taken_and_files_that_come_anyway_are_not_taken_again()
    {
        _workspace.Write("shop.cs", "class Basket\n{\n    int Summed(int a) => a;\n}\n");
        _workspace.Write("Till.cs", "class Till\n{\n    int Change(int a) => a;\n}\n");
        Found("new Basket().Summed(new Till().Change(3));\n", "use.cs").Select(one => (one.Path, one.Lines)).ShouldBe([("shop.cs", (1, 4)), ("Till.cs", null)]);
    }

    [Fact]
    public void A_file_that_has_changed_since_it_was_read_gives_what_it_says_now()
    {
        var path = _workspace.Write("rates.py", Rates);
        Found("rate_of(1)\n").ShouldHaveSingleItem();
        _workspace.Open("rates.py", "\ndef rate_of(a, b):\n    return b\n");
        Found("rate_of(1)\n").ShouldHaveSingleItem().Text.ShouldBe("def rate_of(a, b):\n    return b\n");
        _workspace.Open("rates.py", "gone\n");
        Found("rate_of(1)\n").ShouldBeEmpty();
        File.Delete(path);
    }

    [Theory]
    [InlineData("csharp", "public sealed class Basket<T> : IList<T>\n{\n}", "Basket")]
    [InlineData("csharp", "public readonly record struct Line(int A)\n{\n}", "Line")]
    [InlineData("csharp", "public (int A, int B) Pair()\n{\n}", "Pair")]
    [InlineData("csharp", "public int Count { get; }", "Count")]
    [InlineData("csharp", "public static List<T> ListOf<T>(T one)\n{\n}", "ListOf")]
    [InlineData("csharp", "namespace Shop;", "")]
    [InlineData("python", "async def rate_of(country: str) -> int:\n    pass", "rate_of")]
    [InlineData("python", "class Basket(list):\n    pass", "Basket")]
    [InlineData("go", "func (b *Basket[T]) Add(line Line) error {\n}", "Add")]
    [InlineData("go", "type Basket struct {\n}", "Basket")]
    [InlineData("rust", "pub(crate) fn rate_of<T: Tax>(t: T) -> u8 {\n}", "rate_of")]
    [InlineData("rust", "impl Tax for Basket {\n}", "")]
    [InlineData("typescript", "export const rateOf = async (country: string) => {\n}", "rateOf")]
    [InlineData("typescript", "export function rateOf(country: string): number {\n}", "rateOf")]
    [InlineData("ruby", "def rate_of\n  1\nend", "rate_of")]
    [InlineData("cpp", "int Basket::sum(int a) const\n{\n}", "sum")]
    [InlineData("lua", "function M.rate_of(a)\nend", "rate_of")]
    public void The_name_of_a_declaration_is_found(string languageId, string code, string name)
    {
        var types = OutlineLanguage.Find(languageId)!.Types;
        DeclaredName.In(Outline.Of(new TextSnapshot("file:///a", languageId, 1, code + "\n"))[0].Text, types).ToString().ShouldBe(name);
    }

    [Fact]
    public void Any_signature_has_a_name_or_none()
    {
        var random = new Random(5);
        string[] pieces = ["class", "(", ")", "<", ">", "[", "]", "=", "{", " ", "a", "B", "::", ".", "😀", "pub", "="];
        var types = new[] { "class" }.ToFrozenSet();
        for (var i = 0; i < 2_000; i++)
            DeclaredName.In(string.Concat(random.GetItems(pieces, random.Next(20))), types).ToString().ShouldAllBe(c => char.IsLetter(c));
    }

    List<(string Path, (int First, int Last)? Lines, string Text, string Reason)> Found(string code, string name = "src/use.py")
    {
        var snapshot = _workspace.Open(name, code);
        _project.ReadAll(_workspace.Root, TestContext.Current.CancellationToken);
        TextRange all = new(default, snapshot.PositionOf(snapshot.Length));
        var found = _project.RelatedTo(snapshot, all, TestContext.Current.CancellationToken);
        _project.RelatedTo(snapshot, all, TestContext.Current.CancellationToken).ShouldBe(found);
        return [.. found.Select(one => (Path.GetRelativePath(_workspace.Root, one.Path).Replace('\\', '/'), one.Lines, one.Text, one.Reason))];
    }
}
