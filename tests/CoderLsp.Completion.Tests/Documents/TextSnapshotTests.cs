using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Tests.Documents;

public class TextSnapshotTests(ITestOutputHelper output)
{
    static TextSnapshot Of(string text) => new("file:///a.cs", "csharp", 1, text);

    [Theory]
    [InlineData("", new[] { "" })]
    [InlineData("a", new[] { "a" })]
    [InlineData("a\n", new[] { "a", "" })]
    [InlineData("a\r\nb\rc\nd", new[] { "a", "b", "c", "d" })]
    [InlineData("\n\r\n\r", new[] { "", "", "", "" })]
    public void Lines_end_at_CR_LF_or_both(string text, string[] lines)
    {
        var snapshot = Of(text);
        Enumerable.Range(0, snapshot.LineCount).Select(i => snapshot.Line(i).ToString()).ShouldBe(lines);
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0, 2, 2)]
    [InlineData(0, 99, 2)] // beyond the end of the line: its end, before CR LF
    [InlineData(1, 0, 4)]
    [InlineData(1, 2, 5)] // inside the surrogate pair: its start
    [InlineData(1, 3, 7)]
    [InlineData(2, 0, 8)]
    [InlineData(2, int.MaxValue, 8)]
    public void A_position_is_clamped_to_its_line(int line, int character, int offset) =>
        Of("ab\r\nx😀\n").OffsetOf(new(line, character)).ShouldBe(offset);

    [Theory]
    [InlineData(3, 0)]
    [InlineData(-1, 0)]
    [InlineData(0, -1)]
    public void A_position_that_does_not_exist_is_refused(int line, int character)
    {
        var snapshot = Of("ab\r\nx\n");
        snapshot.TryOffsetOf(new(line, character), out _).ShouldBeFalse();
        Should.Throw<ArgumentOutOfRangeException>(() => snapshot.OffsetOf(new(line, character))).Message.ShouldContain("3 lines");
    }

    [Fact]
    public void Positions_and_offsets_are_inverse()
    {
        var snapshot = Of("ab\r\n\rx😀y\n\nz");
        for (var offset = 0; offset <= snapshot.Text.Length; offset++)
        {
            var back = snapshot.OffsetOf(snapshot.PositionOf(offset));
            var insideCharacter = offset > 0 && offset < snapshot.Text.Length && snapshot.Text[offset - 1] == '\r' && snapshot.Text[offset] == '\n'
                || snapshot.SplitsPair(offset);
            back.ShouldBe(insideCharacter ? offset - 1 : offset);
        }
    }

    [Theory]
    [InlineData("a\r\nb", 2, 3, "")] // CR loses its LF
    [InlineData("a\r\nb", 1, 2, "")] // LF loses its CR
    [InlineData("a\rb", 2, 2, "\n")] // CR meets an LF
    [InlineData("a\nb", 1, 1, "\r")] // LF meets a CR
    [InlineData("a\r\nb", 2, 2, "x")]
    [InlineData("a\rx\nb", 2, 3, "")]
    [InlineData("", 0, 0, "\r\n")]
    [InlineData("\n\n\n", 0, 3, "\r")]
    public void Line_breaks_that_form_or_part_at_the_edges_of_a_change_are_seen(string text, int start, int end, string inserted)
    {
        var old = Of(text);
        // Edits as a client with a piece of a line break in hand may make them: by offsets, not by positions.
        var changed = old.WithChange(start, end, inserted, 2);
        changed.Text.ShouldBe(text[..start] + inserted + text[end..]);
        ShouldHaveTheLinesOf(changed, changed.Text);
    }

    [Theory]
    [InlineData(0, 60)]
    [InlineData(2000, 3000)] // texts of several chunks
    public void Any_sequence_of_changes_gives_the_text_and_its_lines(int initial, int most)
    {
        var random = new Random(1);
        var large = string.Concat(Enumerable.Repeat("0123456789\n", 2000)) + string.Concat(Enumerable.Repeat("😀\r", 5000)) + new string('y', 20_000) + "\r\n";
        string[] pieces = ["a", "\r", "\n", "\r\n", "😀", "xyz\n", "", "\n\n", "\r\r\n", large];
        var text = initial == 0 ? "one\r\ntwo\nthree\rfour" : large;
        var snapshot = Of(text);
        for (var i = 0; i < 1000; i++)
        {
            var start = random.Next(text.Length + 1);
            var end = Math.Min(text.Length, start + random.Next(text.Length > most ? most / 3 : 3));
            if (text.Length > 200_000) (start, end) = (random.Next(100), text.Length - random.Next(100_000));
            var piece = pieces[random.Next(pieces.Length - (initial > 0 && i % 20 == 0 ? 0 : 1))];
            text = text[..start] + piece + text[end..];
            snapshot = snapshot.WithChange(start, end, piece, i);

            snapshot.Text.ShouldBe(text);
            ShouldHaveTheLinesOf(snapshot, text);
            var (from, to) = (random.Next(text.Length + 1), random.Next(text.Length + 1));
            if (from <= to) snapshot.Slice(from, to).SequenceEqual(text.AsSpan(from..to)).ShouldBeTrue();
        }
    }

    [Fact]
    public void A_change_leaves_the_old_snapshot_as_it_was()
    {
        var old = Of("a\nb\n");
        var changed = old.WithChange(new(new(0, 1), new(1, 1)), "x", 7);
        changed.Text.ShouldBe("ax\n");
        changed.Version.ShouldBe(7);
        old.Text.ShouldBe("a\nb\n");
        old.Version.ShouldBe(1);
    }

    [Fact]
    public void A_range_that_ends_before_it_starts_is_refused() =>
        Should.Throw<ArgumentOutOfRangeException>(() => Of("ab").WithChange(new(new(0, 2), new(0, 1)), "x", 2)).Message.ShouldContain("0:2-0:1");

    [Theory]
    [InlineData("a\r\nb\n", "\r\n")]
    [InlineData("a\nb\r\n", "\n")]
    [InlineData("a\rb", "\r")]
    [InlineData("a", "\n")]
    public void The_first_line_says_the_line_ending(string text, string ending) => Of(text).LineEnding.ShouldBe(ending);

    [Fact]
    public void A_keystroke_in_a_large_document_allocates_little()
    {
        var line = "    var something = Compute(alpha, beta); // a line of code\n";
        var snapshot = Of(new StringBuilder().Insert(0, line, (1 << 20) / line.Length).ToString());
        var times = new List<double>();
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 300; i++)
        {
            var watch = Stopwatch.StartNew();
            snapshot = snapshot.WithChange(TextRange.At(new(9000, 4 + i)), "x", i);
            times.Add(watch.Elapsed.TotalMicroseconds);
        }
        times.Sort();
        // A copy of the text would be 2 MB each.
        (GC.GetAllocatedBytesForCurrentThread() - allocated).ShouldBeLessThan(300 * 100_000);
        output.WriteLine($"a keystroke in 1 MB: median {times[150]:F0} us, 90% {times[270]:F0} us");
        snapshot.Line(9000).ToString().ShouldContain(new string('x', 300));
    }

    // Lines by a second way: a regular expression over the whole text.
    static void ShouldHaveTheLinesOf(TextSnapshot snapshot, string text)
    {
        int[] starts = [0, .. Regex.Matches(text, "\r\n|\r|\n").Select(m => m.Index + m.Length)];
        Enumerable.Range(0, snapshot.LineCount).Select(snapshot.LineStart).SequenceEqual(starts).ShouldBeTrue();
        for (var offset = 0; offset <= text.Length; offset += 1 + text.Length / 100)
            snapshot.LineAt(offset).ShouldBe(Array.FindLastIndex(starts, start => start <= offset));
    }
}
