using System.Text.Json;
using CoderLsp.Completion.Documents;
using CoderLsp.Completion.Inline;
using CoderLsp.Lsp.Inline;

namespace CoderLsp.Tests.Lsp;

public class OffersTests
{
    sealed class Clock : TimeProvider
    {
        public TimeSpan Now;
        public override long GetTimestamp() => Now.Ticks;
        public override long TimestampFrequency => TimeSpan.TicksPerSecond;
    }

    readonly Clock _clock = new();
    readonly AcceptHistory _history;
    readonly Offers _offers;
    readonly TextSnapshot _text = new("file:///a", "csharp", 1, "x = ");

    public OffersTests()
    {
        _history = new(_clock);
        _offers = new(_history, _clock);
    }

    string Offer(InlineTrigger trigger = InlineTrigger.Automatic) =>
        _offers.Add(_text, [new("Compute();", TextRange.At(new(0, 4)), InlineStop.EndOfLine, 1, default, "m")], trigger)[0];

    void Typed(string typed, double afterSeconds)
    {
        _clock.Now += TimeSpan.FromSeconds(afterSeconds);
        _offers.Supersede(_text.WithText(_text.Text + typed, 2), 4 + typed.Length);
    }

    AcceptCounts Counts => _history.Counts("csharp");

    static JsonElement Item(string id) => JsonSerializer.SerializeToElement(new { command = new { arguments = new[] { id } } });

    [Fact]
    public void What_stood_long_enough_and_was_not_wanted_is_shown_and_rejected()
    {
        Offer();
        Typed("y", 2);
        Counts.ShouldBe(new AcceptCounts(1, 0, 0, 1, 0));
    }

    [Fact]
    public void What_nobody_had_the_time_to_read_is_nothing()
    {
        Offer();
        Typed("y", 0.1);
        Counts.ShouldBe(AcceptCounts.None);
    }

    [Fact]
    public void Who_types_what_is_suggested_rejects_nothing()
    {
        Offer();
        Typed("Com", 2);
        Counts.ShouldBe(AcceptCounts.None);
    }

    [Fact]
    public void Asking_again_about_the_same_text_decides_nothing()
    {
        Offer();
        _clock.Now += TimeSpan.FromSeconds(5);
        _offers.Supersede(_text, 4);
        Counts.Rejected.ShouldBe(0);
    }

    [Fact]
    public void A_client_that_tells_what_it_shows_is_believed()
    {
        _offers.Shown(new(Item(Offer())));
        Typed("y", 0.1);
        Counts.ShouldBe(new AcceptCounts(1, 0, 0, 1, 0));
        Offer();
        Typed("y", 5);
        Counts.ShouldBe(new AcceptCounts(1, 0, 0, 1, 0)); // not shown, however long it stood
    }

    [Fact]
    public void Accepting_counts_once_and_takes_a_rejection_back()
    {
        var id = Offer();
        Typed("z", 2);
        _offers.Accepted(id);
        _offers.Accepted(id);
        Counts.ShouldBe(new AcceptCounts(1, 1, 0, 0, 10));
    }

    [Fact]
    public void All_parts_together_are_the_whole()
    {
        var id = Offer();
        _offers.PartlyAccepted(new(Item(id), JsonSerializer.SerializeToElement(7)));
        Counts.ShouldBe(new AcceptCounts(1, 0, 1, 0, 7));
        _offers.PartlyAccepted(new(Item(id), JsonSerializer.SerializeToElement(99)));
        Counts.ShouldBe(new AcceptCounts(1, 1, 0, 0, 10));
    }

    [Fact]
    public void Old_offers_are_forgotten()
    {
        var first = Offer();
        for (var i = 0; i < 300; i++) Offer();
        _offers.Accepted(first);
        Counts.ShouldBe(AcceptCounts.None);
    }
}
