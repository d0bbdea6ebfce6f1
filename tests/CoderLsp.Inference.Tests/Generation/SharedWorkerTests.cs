using CoderLsp.Inference.Generation;
using CoderLsp.Inference.Scheduling;
using CoderLsp.TestSupport;

namespace CoderLsp.Inference.Tests.Generation;

/// <summary>Two engines that compute on one thread.</summary>
public sealed class SharedWorkerTests : IDisposable
{
    readonly ModelWorker _worker = new("test", TimeProvider.System);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _worker.Dispose();

    [Fact]
    public async Task A_suggestion_of_one_model_interrupts_an_answer_of_another()
    {
        using Engine chat = Load(), completion = Load();
        Task<GenerationResult>? suggestion = null;
        var inTime = 0;
        var answered = false;
        await chat.GenerateAsync(Request(WorkPriority.Answer, 60) with
        {
            Stop = _ =>
            {
                suggestion ??= completion.GenerateAsync(Request(WorkPriority.Suggestion, 10) with
                {
                    Stop = _ =>
                    {
                        if (!answered) inTime++;
                        return false;
                    },
                }, Cancellation);
                return false;
            },
        }, Cancellation);
        answered = true;
        await suggestion!;
        inTime.ShouldBe(10);
    }

    [Fact]
    public async Task A_model_that_is_closed_while_another_one_has_interrupted_it_ends_afterwards()
    {
        Engine chat = Load(), completion = Load();
        Task<GenerationResult>? suggestion = null;
        var answer = chat.GenerateAsync(Request(WorkPriority.Answer, 900) with
        {
            Stop = _ =>
            {
                suggestion ??= completion.GenerateAsync(Request(WorkPriority.Suggestion, 10) with
                {
                    Stop = _ =>
                    {
                        chat.Dispose(); // on the thread that both compute on
                        return false;
                    },
                }, Cancellation);
                return false;
            },
        }, Cancellation);
        await Should.ThrowAsync<OperationCanceledException>(answer);
        (await suggestion!).Tokens.Count.ShouldBe(10);
        await Should.ThrowAsync<ObjectDisposedException>(chat.GenerateAsync(Request(WorkPriority.Answer, 1), Cancellation));
        (await completion.GenerateAsync(Request(WorkPriority.Answer, 3), Cancellation)).Tokens.Count.ShouldBe(3);
        completion.Dispose();
    }

    Engine Load() => Engine.Load(
        TestData.InRepository("models", "seedling", "seedling-q8_0.gguf"), new EngineOptions { Worker = _worker, Threads = 2 });

    static GenerationRequest Request(WorkPriority priority, int tokens) => new() { Prompt = [1, 2, 3], MaxTokens = tokens, IgnoreEnd = true, Priority = priority };
}
