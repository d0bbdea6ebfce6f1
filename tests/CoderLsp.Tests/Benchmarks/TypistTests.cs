using System.Security.Cryptography;
using System.Text;
using CoderLsp.TestSupport;
using CoderLsp.TypingBench;

namespace CoderLsp.Tests.Benchmarks;

/// <summary>What the typing benchmark takes for keystrokes.</summary>
public class TypistTests
{
    static Trace TraceOf(string before, string after, params Edit[] edits) =>
        new("owner/name", "a.py", "python", before, edits, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(after))));

    static Typist TypedToTheEnd(Trace trace, int seed)
    {
        var typist = new Typist(trace, seed);
        while (!typist.IsDone) typist.Next("");
        return typist;
    }

    [Theory]
    [InlineData("a\nb\nc\n", 1, 1, "B", "a\nB\nc\n")]
    [InlineData("a\nb\nc\n", 0, 0, "x\n  y", "x\n  y\na\nb\nc\n")]
    [InlineData("a\nb\nc\n", 1, 2, null, "a\n")]
    [InlineData("a\nb", 1, 1, "😀 and 😀", "a\n😀 and 😀")]
    [InlineData("a\nb", 1, 1, null, "a")]
    [InlineData("a\nb", 2, 0, "c", "a\nb\nc")]
    public void Typed_to_the_end_the_text_is_what_the_edit_makes_of_it(string before, int line, int delete, string? insert, string after)
    {
        for (var seed = 0; seed < 50; seed++) // some of them undo
        {
            var typist = TypedToTheEnd(TraceOf(before, after, new Edit(line, delete, insert)), seed);
            typist.Text.ShouldBe(after);
            typist.IsRight.ShouldBeTrue();
        }
    }

    [Fact]
    public void Each_change_makes_the_next_text_of_the_last_one()
    {
        var typist = new Typist(TraceOf("a\nb\nc", "", new Edit(2, 1, new string('x', 500)), new Edit(0, 1, null)), seed: 1);
        var (text, undone) = (typist.Text, 0);
        while (!typist.IsDone)
        {
            var (act, (start, removed, inserted)) = typist.Next("");
            text = text.Remove(start, removed).Insert(start, inserted);
            text.ShouldBe(typist.Text);
            if (act == Act.Undo) undone++;
        }

        undone.ShouldBeGreaterThan(0);
        typist.IsRight.ShouldBeFalse(); // it is compared
    }

    [Theory]
    [InlineData("one two", true)]
    [InlineData("on", true)]
    [InlineData("one two\nthree", true)]
    [InlineData("o", false)]
    [InlineData("one too", false)]
    [InlineData("one two\nthree and more", false)]
    [InlineData("", false)]
    public void A_suggestion_is_taken_when_it_is_all_what_comes_next_and_can_be_seen(string suggestion, bool taken)
    {
        var typist = new Typist(TraceOf("a\n", "", new Edit(0, 0, "one two\nthree")), seed: 1);
        typist.Next("").Act.ShouldBe(Act.Open);
        typist.Next(suggestion).Act.ShouldBe(taken ? Act.Accept : Act.Type);
        typist.Keys.ShouldBe(1);
        typist.Characters.ShouldBe(taken ? suggestion.Length : 1);
    }

    [Fact]
    [Trait("Needs", "Shared")]
    public void Every_commit_of_the_shared_test_data_can_be_typed()
    {
        var traces = Trace.Read(TestData.Shared("typing", "traces.jsonl")).ToList();
        traces.Count.ShouldBeGreaterThan(100);
        foreach (var trace in traces) TypedToTheEnd(trace, seed: 1).IsRight.ShouldBeTrue(trace.Path);
    }
}
