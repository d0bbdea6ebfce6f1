using CoderLsp.Inference.Generation;
using CoderLsp.Inference.KvCache;
using CoderLsp.Inference.Scheduling;
using CoderLsp.TestSupport;

namespace CoderLsp.Inference.Tests.Generation;

/// <summary>Requests that share a small cache, interrupt each other, are cancelled and fail.</summary>
public sealed class SharedCacheTests : IDisposable
{
    static readonly string Seedling = TestData.InRepository("models", "seedling", "seedling-q8_0.gguf");

    static readonly string[] Pieces =
    [
        "using System;\n\n", "namespace Shapes;\n\n", "class Circle\n{\n    double radius;\n\n", "    public double Area() => Math.PI * ",
        "    public void Print()\n    {\n        Console.WriteLine(", "def add(a, b):\n    return ", "for (int i = 0; i < count; i++)\n{\n    total += ",
        "    if (value == null)\n    {\n        throw new ",
    ];

    // As many pages as a context has and one more: nearly every request makes others' pages go.
    readonly Engine _engine = Engine.Load(Seedling, new EngineOptions { ContextTokens = 320, CacheBytes = 0, Threads = 2 });

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _engine.Dispose();

    [Fact]
    public async Task Any_sequence_of_requests_gives_the_tokens_that_they_give_without_a_cache()
    {
        var random = new Random(7);
        var reused = 0;
        for (var i = 0; i < 60; i++)
        {
            var request = Request(random) with { MaxTokens = random.Next(1, 24) };
            using var cancellation = new CancellationTokenSource();
            Task other = random.Next(5) switch
            {
                0 => _engine.PrefillAsync(Request(random).Prompt, WorkPriority.Background, Cancellation),
                1 => _engine.GenerateAsync(Request(random) with { MaxTokens = 40, Priority = WorkPriority.Answer }, Cancellation),
                2 => _engine.GenerateAsync(Request(random) with
                {
                    MaxTokens = 40, Stop = text =>
                    {
                        if (text.Length > 8) cancellation.Cancel();
                        return false;
                    },
                }, cancellation.Token),
                3 => _engine.GenerateAsync(Request(random) with { Stop = _ => throw new InvalidDataException() }, Cancellation),
                _ => Task.CompletedTask,
            };
            var result = await Result(request);
            await other.ContinueWith(_ => { }, TaskScheduler.Default);
            result ??= await _engine.GenerateAsync(request, Cancellation);
            reused += result.CachedTokens;
            await ShouldBeAsWithoutACache(request, result);
        }

        reused.ShouldBeGreaterThan(500);
        _engine.Cache.Bytes.ShouldBeLessThanOrEqualTo(_engine.Cache.MostBytes);
        _engine.Cache.EvictedTokens.ShouldBeGreaterThan(1000);
    }

    [Fact]
    public async Task A_suggestion_interrupts_an_answer_which_then_goes_on()
    {
        var answer = Request(new Random(1)) with { MaxTokens = 60, IgnoreEnd = true, Priority = WorkPriority.Answer };
        var suggestion = Request(new Random(2)) with { MaxTokens = 12, IgnoreEnd = true };
        Task<GenerationResult>? suggested = null;
        var answered = false;
        var before = 0;
        var result = await _engine.GenerateAsync(answer with
        {
            Stop = text =>
            {
                if (text.Length > 5) suggested ??= Suggest();
                return false;
            },
        }, Cancellation);
        answered = true;
        await ShouldBeAsWithoutACache(suggestion, await suggested!);
        await ShouldBeAsWithoutACache(answer, result);
        before.ShouldBe(12); // every token of it came before the answer was through

        Task<GenerationResult> Suggest() => _engine.GenerateAsync(suggestion with
        {
            Stop = _ =>
            {
                if (!answered) before++;
                return false;
            },
        }, Cancellation);
    }

    [Fact]
    public async Task Work_in_the_background_makes_room_for_a_request_and_an_answer_does_not()
    {
        int[] Text(int first) => [.. Enumerable.Range(first, 250)];
        foreach (var priority in new[] { WorkPriority.Background, WorkPriority.Answer })
        {
            Task<GenerationResult>? suggestion = null;
            var work = _engine.GenerateAsync(new()
            {
                Prompt = Text(1000), MaxTokens = 60, IgnoreEnd = true, Priority = priority,
                Stop = _ =>
                {
                    suggestion ??= _engine.GenerateAsync(new() { Prompt = Text(2000), MaxTokens = 5, IgnoreEnd = true }, Cancellation);
                    return false;
                },
            }, Cancellation);
            if (priority == WorkPriority.Background)
            {
                await Should.ThrowAsync<OperationCanceledException>(work);
                (await suggestion!).Tokens.Count.ShouldBe(5);
            }
            else
            {
                (await work).Tokens.Count.ShouldBe(60);
                (await Should.ThrowAsync<CacheFullException>(suggestion!)).Message.ShouldContain("in use", Case.Insensitive);
            }
        }
    }

    /// <summary>Null where interrupted work held the room that it needed.</summary>
    async Task<GenerationResult?> Result(GenerationRequest request)
    {
        try
        {
            return await _engine.GenerateAsync(request, Cancellation);
        }
        catch (CacheFullException)
        {
            return null;
        }
    }

    async Task ShouldBeAsWithoutACache(GenerationRequest request, GenerationResult result)
    {
        using var fresh = Engine.Load(Seedling, new EngineOptions { ContextTokens = 320, Threads = 2 });
        var expected = await fresh.GenerateAsync(request, Cancellation);
        var same = expected.Tokens.Zip(result.Tokens).TakeWhile(pair => pair.First == pair.Second).Count();
        if (same == expected.Tokens.Count && same == result.Tokens.Count) return;
        // Two tokens that are nearly as probable as each other may change places by rounding, which other pieces of a prompt make another one.
        float[] logits = [];
        await fresh.EvaluateAsync(request.Prompt.Concat(expected.Tokens.Take(same)).ToArray(), 64, (_, row) => logits = row.ToArray(), Cancellation);
        var best = logits.Max();
        Token(expected).ShouldBe(best, 0.2f);
        Token(result).ShouldBe(best, 0.2f, $"after {same} tokens: {expected.Text} / {result.Text}");

        float Token(GenerationResult of) => same < of.Tokens.Count ? logits[of.Tokens[same]]
            : Enumerable.Range(0, logits.Length).Where(fresh.Tokenizer.Special.IsEndOfGeneration).Max(id => logits[id]);
    }

    GenerationRequest Request(Random random)
    {
        var tokens = new List<int> { _engine.Tokenizer.Special.Bos!.Value };
        var count = random.Next(1, 9);
        for (var i = 0; i < count; i++) _engine.Tokenizer.Encode(Pieces[random.Next(2 + i) % Pieces.Length], tokens);
        return new GenerationRequest { Prompt = tokens.Take(270).ToList(), MaxTokens = 16 };
    }
}
