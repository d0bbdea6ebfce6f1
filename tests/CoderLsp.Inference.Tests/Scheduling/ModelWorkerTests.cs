using CoderLsp.Inference.Scheduling;

namespace CoderLsp.Inference.Tests.Scheduling;

public class ModelWorkerTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_most_urgent_is_done_first_and_of_one_priority_what_came_first()
    {
        using var worker = new ModelWorker("test", TimeProvider.System);
        using ManualResetEventSlim begun = new(), release = new();
        var order = new List<string>();
        var running = Queue(WorkPriority.Background, "running", () =>
        {
            begun.Set();
            release.Wait(Cancellation);
        });
        begun.Wait(Cancellation);
        var all = new[]
        {
            running, Queue(WorkPriority.Background, "later"), Queue(WorkPriority.Answer, "first answer"), Queue(WorkPriority.Answer, "second answer"),
            Queue(WorkPriority.Suggestion, "suggestion"),
        };
        release.Set();
        await Task.WhenAll(all);
        order.ShouldBe(["running", "suggestion", "first answer", "second answer", "later"]);

        Task<bool> Queue(WorkPriority priority, string name, Action? before = null) => worker.RunAsync(priority, _ =>
        {
            before?.Invoke();
            order.Add(name);
            return true;
        }, Cancellation);
    }

    [Fact]
    public async Task Work_that_fails_fails_by_itself()
    {
        using var worker = new ModelWorker("test", TimeProvider.System);
        await Should.ThrowAsync<InvalidDataException>(worker.RunAsync<int>(WorkPriority.Answer, _ => throw new InvalidDataException(), Cancellation));
        (await worker.RunAsync(WorkPriority.Answer, _ => 5, Cancellation)).ShouldBe(5);
    }

    [Fact]
    public async Task More_urgent_work_interrupts_what_runs_which_goes_on_from_where_it_was()
    {
        using var worker = new ModelWorker("test", TimeProvider.System);
        var order = new List<string>();
        var others = new List<Task>();
        await worker.RunAsync(WorkPriority.Background, _ =>
        {
            order.Add("background begins");
            others.Add(Queue(WorkPriority.Background, "another in the background"));
            others.Add(Queue(WorkPriority.Answer, "answer"));
            worker.GiveWay();
            order.Add("background ends");
            return true;
        }, Cancellation);
        await Task.WhenAll(others);
        order.ShouldBe(["background begins", "answer begins", "suggestion", "answer ends", "background ends", "another in the background"]);

        Task<bool> Queue(WorkPriority priority, string name) => worker.RunAsync(priority, _ =>
        {
            if (priority == WorkPriority.Answer)
            {
                order.Add($"{name} begins");
                others.Add(Queue(WorkPriority.Suggestion, "suggestion"));
                worker.GiveWay();
                name += " ends";
            }

            order.Add(name);
            return true;
        }, Cancellation);
    }

    /// <summary>Each suggestion asks for the next one, as when somebody types without a pause; a step of the model takes 5 ms.</summary>
    [Theory, InlineData(true), InlineData(false)]
    public async Task An_answer_has_a_fifth_of_the_time_while_somebody_types_steadily(bool isRunning)
    {
        var clock = new VirtualClock();
        using var worker = new ModelWorker("test", clock);
        int answered = 0, suggestions = 0, longestWait = 0;
        // From the worker's own thread, so that nothing depends on who is quicker.
        var (total, served) = await await worker.RunAsync(WorkPriority.Background, _ =>
        {
            if (!isRunning) Type();
            return Answer();
        }, Cancellation);
        total.ShouldBeInRange(4 * answered, 5 * answered + 100);
        served.ShouldBe((total - answered) / 100);
        longestWait.ShouldBeLessThanOrEqualTo(30); // a quarter of a suggestion's 100 ms, and a step

        Task<(int, int)> Answer() => worker.RunAsync(WorkPriority.Answer, _ =>
        {
            for (var step = 0; step < 200; step++)
            {
                if (isRunning && step == 10) Type();
                worker.GiveWay();
                clock.Milliseconds += 5;
                answered += 5;
            }

            return (clock.Milliseconds, suggestions);
        }, Cancellation);

        void Type()
        {
            var asked = clock.Milliseconds;
            worker.RunAsync(WorkPriority.Suggestion, _ =>
            {
                suggestions++;
                longestWait = Math.Max(longestWait, clock.Milliseconds - asked);
                for (var step = 0; step < 20; step++)
                {
                    clock.Milliseconds += 5;
                    worker.GiveWay();
                }

                if (answered < 1000) Type();
                return true;
            }, Cancellation);
        }
    }

    sealed class VirtualClock : TimeProvider
    {
        public int Milliseconds { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => Milliseconds;
    }
}
