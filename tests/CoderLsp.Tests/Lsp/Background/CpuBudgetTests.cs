using CoderLsp.Lsp.Background;
using CoderLsp.TestSupport;

namespace CoderLsp.Tests.Lsp.Background;

public class CpuBudgetTests
{
    readonly ManualTime _time = new();
    readonly CpuBudget _budget;

    public CpuBudgetTests() => _budget = new(_time);

    static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    void Work(double seconds)
    {
        _time.Advance(Seconds(seconds));
        _budget.Spend(Seconds(seconds));
    }

    [Fact]
    public void Within_the_share_nothing_waits()
    {
        Work(2);
        Work(2);
        _budget.WaitFor(Seconds(1), 0.5).ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void Beyond_the_share_one_waits_until_enough_of_it_is_past()
    {
        Work(1);
        Work(3);
        _budget.WaitFor(Seconds(2), 0.5).ShouldBe(Seconds(7)); // the first second ended three seconds ago
        _budget.WaitFor(Seconds(3), 0.5).ShouldBe(Seconds(10));
        _time.Advance(Seconds(7));
        _budget.WaitFor(Seconds(2), 0.5).ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void What_is_more_than_the_share_needs_an_empty_window()
    {
        _budget.WaitFor(Seconds(60), 0.5).ShouldBe(TimeSpan.Zero);
        Work(1);
        _budget.WaitFor(Seconds(60), 0.5).ShouldBe(Seconds(10));
    }

    [Fact]
    public void No_ten_seconds_have_more_than_the_share()
    {
        var random = new Random(3);
        var done = new List<(TimeSpan End, TimeSpan Spent)>();
        var now = TimeSpan.Zero;
        for (var i = 0; i < 2000; i++)
        {
            var step = Seconds(random.NextDouble() * 2);
            var wait = _budget.WaitFor(step, 0.3);
            _time.Advance(wait);
            Work(step.TotalSeconds);
            now += wait + step;
            done.Add((now, step));
            if (random.Next(10) > 0) continue;
            var pause = Seconds(random.NextDouble() * 8);
            _time.Advance(pause);
            now += pause;
        }
        foreach (var (end, _) in done)
            done.Where(one => one.End <= end && one.End > end - CpuBudget.Window).Sum(one => one.Spent.TotalSeconds).ShouldBeLessThanOrEqualTo(3.0001);
    }
}
