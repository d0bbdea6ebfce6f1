using CoderLsp.Completion.Inline;

namespace CoderLsp.Completion.Tests.Inline;

public class AcceptHistoryTests
{
    sealed class Clock : TimeProvider
    {
        public long Ticks;
        public override long GetTimestamp() => Ticks;
        public override long TimestampFrequency => TimeSpan.TicksPerSecond;
    }

    readonly Clock _clock = new();
    readonly AcceptHistory _history;

    public AcceptHistoryTests() => _history = new(_clock);

    [Fact]
    public void Nothing_known_is_the_usual_rate() =>
        _history.Habits("csharp").ShouldBe(new AcceptHabits(false, null, AcceptHistory.UsualRate));

    [Fact]
    public void Decisions_move_the_rate_of_their_language_only()
    {
        for (var i = 0; i < 10; i++)
        {
            _history.Shown("csharp");
            _history.Rejected("csharp");
        }
        _history.Habits("csharp").AcceptRate.ShouldBe(0.15);
        _history.Habits("go").AcceptRate.ShouldBe(0.3);
        _history.Shown("csharp");
        _history.Accepted("csharp", 12);
        _clock.Ticks += TimeSpan.TicksPerSecond * 3;
        var habits = _history.Habits("csharp");
        (habits.PreviousAccepted, habits.SinceDecision).ShouldBe((true, TimeSpan.FromSeconds(3)));
        _history.Counts("csharp").ShouldBe(new AcceptCounts(11, 1, 0, 10, 12));
    }

    [Fact]
    public void What_is_kept_and_what_is_new_add_up_and_nothing_counts_twice()
    {
        _history.Shown("go");
        var ours = _history.Unkept;
        _history.Shown("go");
        _history.Keep(ours.SetItem("go", new(5, 1, 0, 0, 9)), ours);
        _history.Counts("go").ShouldBe(new AcceptCounts(6, 1, 0, 0, 9));
        _history.Unkept["go"].Shown.ShouldBe(1);
    }

    [Theory]
    [InlineData("csharp", "csharp")]
    [InlineData("c++", "c++")]
    [InlineData("", "other")]
    [InlineData("the user's secret text", "other")]
    [InlineData("a123456789012345678901234567890123", "other")]
    public void A_language_id_that_is_none_counts_as_another(string id, string counted) => AcceptHistory.LanguageOf(id).ShouldBe(counted);
}
