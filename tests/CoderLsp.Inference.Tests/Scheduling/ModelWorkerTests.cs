using CoderLsp.Inference.Scheduling;

namespace CoderLsp.Inference.Tests.Scheduling;

public class ModelWorkerTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_most_urgent_is_done_first_and_of_one_priority_what_came_first()
    {
        using var worker = new ModelWorker("test");
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
        using var worker = new ModelWorker("test");
        await Should.ThrowAsync<InvalidDataException>(worker.RunAsync<int>(WorkPriority.Answer, _ => throw new InvalidDataException(), Cancellation));
        (await worker.RunAsync(WorkPriority.Answer, _ => 5, Cancellation)).ShouldBe(5);
    }
}
