using CoderLsp.Completion.Inline;

namespace CoderLsp.Completion.Tests.Inline;

public class ShowGateTests
{
    static readonly CursorContext AtLineEnd = new("var x = ", "", "", "");

    static double Chance(double logProbability, string text = "Compute();", CursorContext? cursor = null, AcceptHabits? habits = null) =>
        ShowGate.Chance(logProbability, text, cursor ?? AtLineEnd, habits);

    [Fact]
    public void A_sure_suggestion_is_shown_and_a_guess_is_not()
    {
        ShowGate.Opens(-0.1, "Compute();", AtLineEnd, null).ShouldBeTrue();
        ShowGate.Opens(-0.4, "Compute();", AtLineEnd, null).ShouldBeTrue();
        ShowGate.Opens(-1.5, "Compute();", AtLineEnd, null).ShouldBeFalse();
    }

    [Fact]
    public void The_chance_rises_with_certainty_and_falls_with_length_and_with_text_to_the_right()
    {
        Chance(-0.2).ShouldBeGreaterThan(Chance(-0.4));
        Chance(-0.4, "a long suggestion indeed").ShouldBeLessThan(Chance(-0.4, "short"));
        Chance(-0.4, cursor: AtLineEnd with { Right = "y" }).ShouldBeLessThan(Chance(-0.4));
        Chance(-0.4, cursor: AtLineEnd with { Right = " y" }).ShouldBe(Chance(-0.4));
    }

    [Fact]
    public void An_acceptance_helps_the_next_suggestion_and_is_forgotten_in_time()
    {
        double After(bool accepted, double seconds) => Chance(-0.5, habits: new(accepted, TimeSpan.FromSeconds(seconds), AcceptHistory.UsualRate));
        After(true, 1).ShouldBeGreaterThan(After(true, 60));
        After(true, 60).ShouldBeGreaterThan(After(false, 60));
        After(true, 1e6).ShouldBe(After(false, 1));
        After(false, 1).ShouldBe(Chance(-0.5), 1e-9);
    }

    [Fact]
    public void A_user_who_accepts_nothing_still_sees_what_is_sure()
    {
        var never = new AcceptHabits(false, null, 0.001);
        Chance(-0.3, habits: never).ShouldBeLessThan(Chance(-0.3));
        ShowGate.Opens(-0.1, "Compute();", AtLineEnd, never).ShouldBeTrue();
    }
}
