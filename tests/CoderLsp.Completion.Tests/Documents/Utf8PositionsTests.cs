using System.Text;
using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Tests.Documents;

public class Utf8PositionsTests
{
    static readonly TextSnapshot Snapshot = new("u", "", 0, "plain\naé漢😀z\n");

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    [InlineData(6, 3)]
    [InlineData(10, 5)]
    [InlineData(11, 6)]
    public void Every_character_boundary_converts_both_ways(int utf8, int utf16)
    {
        Snapshot.FromUtf8(new(1, utf8)).ShouldBe(new TextPosition(1, utf16));
        Snapshot.ToUtf8(new(1, utf16)).ShouldBe(new TextPosition(1, utf8));
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(5, 2)]
    [InlineData(7, 3)]
    [InlineData(9, 3)]
    [InlineData(99, 6)]
    public void A_byte_inside_a_character_means_its_start_and_one_beyond_the_line_its_end(int utf8, int utf16) =>
        Snapshot.FromUtf8(new(1, utf8)).ShouldBe(new TextPosition(1, utf16));

    [Fact]
    public void Half_a_surrogate_pair_means_its_start() => Snapshot.ToUtf8(new(1, 4)).ShouldBe(new TextPosition(1, 6));

    [Fact]
    public void A_lone_surrogate_counts_three_bytes()
    {
        var snapshot = new TextSnapshot("u", "", 0, "a\uD800b");
        snapshot.ToUtf8(new(0, 3)).Character.ShouldBe(5);
        snapshot.FromUtf8(new(0, 4)).Character.ShouldBe(2);
        Encoding.UTF8.GetByteCount(snapshot.Text).ShouldBe(5);
    }

    [Fact]
    public void A_line_that_does_not_exist_stays_for_the_reader_to_refuse() =>
        Snapshot.TryOffsetOf(Snapshot.FromUtf8(new(9, 9)), out _).ShouldBeFalse();
}
