using CoderLsp.Lsp.Status;

namespace CoderLsp.Tests.Lsp;

public class SuggestionPaceTests
{
    static SuggestionPace PaceOf(params (double Seconds, bool CameTooLate, int Times)[] suggestions)
    {
        var pace = new SuggestionPace();
        foreach (var (seconds, cameTooLate, times) in suggestions)
            for (var i = 0; i < times; i++) pace.Add(TimeSpan.FromSeconds(seconds), cameTooLate);
        return pace;
    }

    [Fact]
    public void Nothing_is_said_before_enough_was_seen() => PaceOf((10, false, 7)).Complaint.ShouldBeNull();

    [Theory]
    [InlineData(1.9, null)]
    [InlineData(2.0, "A suggestion takes 2.0 s on average, and 0 of the last 8 came too late.")]
    public void Suggestions_that_are_waited_for_are_slow_from_two_seconds_on(double seconds, string? complaint) =>
        PaceOf((seconds, false, 8)).Complaint.ShouldBe(complaint);

    [Fact]
    public void Only_the_last_eight_count()
    {
        PaceOf((10, false, 8), (0.1, false, 8)).Complaint.ShouldBeNull();
        PaceOf((0.1, false, 8), (10, false, 8)).Complaint.ShouldNotBeNull();
    }

    [Fact]
    public void A_slow_model_is_slow_for_one_who_types_on() =>
        PaceOf((10, false, 1), (0.2, true, 100)).Complaint.ShouldBe("A suggestion takes 10.0 s on average, and 8 of the last 8 came too late.");

    [Fact]
    public void A_quick_model_is_not_slow_for_one_who_types_on() => PaceOf((0.3, false, 1), (0.2, true, 100)).Complaint.ShouldBeNull();

    [Fact]
    public void One_that_is_waited_for_in_vain_takes_that_long() =>
        PaceOf((3, true, 1), (0.2, true, 100)).Complaint.ShouldBe("A suggestion takes 3.0 s on average, and 8 of the last 8 came too late.");

    [Fact]
    public void Where_none_has_come_yet_what_was_given_up_soon_says_nothing() => PaceOf((0.2, true, 100)).Complaint.ShouldBeNull();

    [Fact]
    public void A_slow_first_suggestion_does_not_speak_for_those_behind_it() =>
        PaceOf((9, false, 1), (0.2, true, 8), (0.3, false, 1), (0.2, true, 8)).Complaint.ShouldBeNull();

    [Fact]
    public void Another_model_begins_anew()
    {
        var pace = PaceOf((10, false, 8));
        pace.Clear();
        for (var i = 0; i < 8; i++) pace.Add(TimeSpan.FromSeconds(0.2), cameTooLate: true);
        pace.Complaint.ShouldBeNull();
    }
}
