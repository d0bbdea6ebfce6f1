using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Tests.Documents;

public class Utf32PositionsTests
{
    // e and a combining accent are two code points; the emoji and the ancient letter are one each, in two UTF-16 code units.
    static readonly TextSnapshot Snapshot = new("u", "", 0, "plain\nae\u0301漢😀𐌰z\n");

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 3)]
    [InlineData(4, 4)]
    [InlineData(5, 6)]
    [InlineData(6, 8)]
    [InlineData(7, 9)]
    public void Every_code_point_converts_both_ways(int utf32, int utf16)
    {
        Snapshot.FromUtf32(new(1, utf32)).ShouldBe(new TextPosition(1, utf16));
        Snapshot.ToUtf32(new(1, utf16)).ShouldBe(new TextPosition(1, utf32));
    }

    [Fact]
    public void Beyond_the_line_is_its_end() => Snapshot.FromUtf32(new(1, 99)).ShouldBe(new TextPosition(1, 9));

    [Fact]
    public void Half_a_surrogate_pair_means_its_start() => Snapshot.ToUtf32(new(1, 5)).ShouldBe(new TextPosition(1, 4));

    [Fact]
    public void A_lone_surrogate_counts_as_one()
    {
        var snapshot = new TextSnapshot("u", "", 0, "a\uD800b");
        snapshot.ToUtf32(new(0, 3)).Character.ShouldBe(3);
        snapshot.FromUtf32(new(0, 2)).Character.ShouldBe(2);
    }

    [Fact]
    public void A_line_that_does_not_exist_stays_for_the_reader_to_refuse()
    {
        Snapshot.TryOffsetOf(Snapshot.FromUtf32(new(9, 9)), out _).ShouldBeFalse();
        Snapshot.TryOffsetOf(Snapshot.FromUtf32(new(0, -1)), out _).ShouldBeFalse();
    }
}
