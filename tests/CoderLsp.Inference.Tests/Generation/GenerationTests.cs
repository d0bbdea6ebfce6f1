using System.Text;
using CoderLsp.Inference.Generation;
using CoderLsp.Inference.Sampling;
using CoderLsp.Inference.Scheduling;
using CoderLsp.TestSupport;

namespace CoderLsp.Inference.Tests.Generation;

/// <summary>Generating with the embedded model.</summary>
public sealed class GenerationTests : IDisposable
{
    readonly Engine _engine = Engine.Load(TestData.InRepository("models", "seedling", "seedling-q8_0.gguf"));

    public void Dispose() => _engine.Dispose();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_prompt_that_begins_like_the_last_one_is_computed_from_where_they_part()
    {
        var first = await Generate("public int Add(int a, int b)\n{\n    return ");
        first.CachedTokens.ShouldBe(0);
        var again = await Generate("public int Add(int a, int b)\n{\n    return ");
        again.CachedTokens.ShouldBe(again.PromptTokens - 1);
        again.Text.ShouldBe(first.Text);
        var longer = await Generate("public int Add(int a, int b)\n{\n    return a + ");
        longer.CachedTokens.ShouldBeGreaterThanOrEqualTo(first.PromptTokens - 1);
        using var fresh = Engine.Load(_engine.File.Path);
        longer.Text.ShouldBe((await fresh.GenerateAsync(Request("public int Add(int a, int b)\n{\n    return a + "), Cancellation)).Text);
    }

    [Fact]
    public async Task What_was_computed_ahead_is_in_the_cache()
    {
        var request = Request("public int Add(int a, int b)\n{\n    return ");
        var tokens = request.Prompt.Count;
        (await _engine.PrefillAsync(request.Prompt, WorkPriority.Background, Cancellation)).ShouldBe(new PrefillResult(0, tokens));
        (await _engine.PrefillAsync(request.Prompt, WorkPriority.Background, Cancellation)).ShouldBe(new PrefillResult(tokens, 0));
        var result = await _engine.GenerateAsync(request, Cancellation);
        result.CachedTokens.ShouldBe(tokens - 1);
        using var fresh = Engine.Load(_engine.File.Path);
        result.Text.ShouldBe((await fresh.GenerateAsync(request, Cancellation)).Text);
        await Should.ThrowAsync<ArgumentException>(_engine.PrefillAsync([], WorkPriority.Background, Cancellation));
        await Should.ThrowAsync<ArgumentException>(_engine.PrefillAsync(new int[1025], WorkPriority.Background, Cancellation));
    }

    [Theory, InlineData("Con"), InlineData(" Wri"), InlineData("zq~"), InlineData("é€"), InlineData("\n        if (")]
    public async Task The_required_text_comes_first_and_is_left_out(string required)
    {
        var request = Request("using System;\n\nclass Program\n{\n    static void Main()\n    {\n        ") with { Required = Encoding.UTF8.GetBytes(required) };
        var result = await _engine.GenerateAsync(request, Cancellation);
        var whole = _engine.Tokenizer.Decode([.. result.Tokens]);
        whole.ShouldStartWith(required);
        whole[required.Length..].ShouldStartWith(result.Text);
        result.MeanLogProbability.ShouldBeLessThanOrEqualTo(0);
    }

    [Theory, InlineData(""), InlineData(" "), InlineData("(")]
    public async Task A_text_that_must_begin_does_so_on_the_same_line(string required)
    {
        // Behind a whole statement the line ends.
        var request = Request("class A\n{\n    void F()\n    {\n        Console.WriteLine(1);") with { Required = Encoding.UTF8.GetBytes(required) };
        if (required.Length == 0) (await _engine.GenerateAsync(request, Cancellation)).Text.ShouldStartWith("\n");
        var text = (await _engine.GenerateAsync(request with { MustBegin = true }, Cancellation)).Text;
        text.Split('\n')[0].ShouldNotBeNullOrWhiteSpace();
    }

    [Fact]
    public async Task The_stop_rule_sees_all_text_so_far_and_ends_the_generation()
    {
        var seen = new List<string>();
        var result = await _engine.GenerateAsync(Request("for (int i = 0; ") with
        {
            Stop = text =>
            {
                seen.Add(text.ToString());
                return text.Contains('\n');
            },
        }, Cancellation);
        result.End.ShouldBe(GenerationEnd.StopRule);
        result.Text.ShouldContain('\n');
        seen.ShouldBe(seen.OrderBy(text => text.Length));
        seen[^1].ShouldBe(result.Text);
    }

    [Fact]
    public async Task The_same_seed_draws_the_same_text_and_another_one_does_not()
    {
        async Task<string> Draw(ulong seed) => (await _engine.GenerateAsync(Request("// ") with
        {
            MaxTokens = 40, IgnoreEnd = true, Sampling = new SamplingOptions { Temperature = 1, TopK = 0, TopP = 1, MinP = 0, Seed = seed },
        }, Cancellation)).Text;
        var one = await Draw(1);
        (await Draw(1)).ShouldBe(one);
        (await Draw(2)).ShouldNotBe(one);
    }

    [Fact]
    public async Task A_cancelled_request_ends_and_the_next_one_is_right()
    {
        var expected = await Generate("class A { int x; int ");
        using var cancellation = new CancellationTokenSource();
        var cancelled = _engine.GenerateAsync(Request("class B { ") with
        {
            MaxTokens = 900, IgnoreEnd = true,
            Stop = text =>
            {
                if (text.Length > 10) cancellation.Cancel();
                return false;
            },
        }, cancellation.Token);
        await Should.ThrowAsync<OperationCanceledException>(cancelled);
        (await Generate("class A { int x; int ")).Text.ShouldBe(expected.Text);
    }

    [Fact]
    public async Task A_request_that_waits_can_be_cancelled()
    {
        using var release = new ManualResetEventSlim();
        using var cancellation = new CancellationTokenSource();
        var running = _engine.GenerateAsync(Request("x") with
        {
            Stop = _ =>
            {
                release.Wait(Cancellation);
                return true;
            },
        }, Cancellation);
        var waiting = _engine.GenerateAsync(Request("y"), cancellation.Token);
        cancellation.Cancel();
        await Should.ThrowAsync<OperationCanceledException>(waiting);
        running.IsCompleted.ShouldBeFalse();
        release.Set();
        (await running).End.ShouldBe(GenerationEnd.StopRule);
    }

    [Fact]
    public async Task Prompts_that_do_not_fit_are_refused_with_the_numbers()
    {
        (await Should.ThrowAsync<ArgumentException>(_engine.GenerateAsync(Request("") with { Prompt = [] }, Cancellation))).Message.ShouldContain("no tokens");
        (await Should.ThrowAsync<ArgumentException>(_engine.GenerateAsync(Request("") with { Prompt = new int[1025] }, Cancellation))).Message.ShouldContain("1025");
        (await Should.ThrowAsync<ArgumentException>(_engine.GenerateAsync(Request("") with { Prompt = [1, 4096] }, Cancellation))).Message.ShouldContain("4096");
    }

    [Fact]
    public async Task A_closed_engine_refuses_work_and_may_be_closed_again()
    {
        var engine = Engine.Load(_engine.File.Path);
        engine.Dispose();
        engine.Dispose();
        await Should.ThrowAsync<ObjectDisposedException>(engine.GenerateAsync(Request("x"), Cancellation));
    }

    [Fact]
    public async Task What_does_not_fit_the_context_cannot_be_evaluated()
    {
        await Should.ThrowAsync<ArgumentOutOfRangeException>(async () => await _engine.EvaluateAsync(new int[1025], 64, (_, _) => { }, Cancellation));
        await Should.ThrowAsync<ArgumentOutOfRangeException>(async () => await _engine.EvaluateAsync(new int[5], 0, (_, _) => { }, Cancellation));
        await Should.ThrowAsync<ArgumentOutOfRangeException>(async () => await _engine.TimeAsync(1000, 1000, 64, Cancellation));
    }

    [Fact]
    public async Task Only_the_best_k_tokens_are_drawn()
    {
        var request = Request("using System;\nclass ") with { MaxTokens = 1, IgnoreEnd = true };
        float[] logits = [];
        await _engine.EvaluateAsync(request.Prompt.ToArray(), 64, (_, row) => logits = row.ToArray(), Cancellation);
        var best = Enumerable.Range(0, logits.Length).OrderByDescending(id => logits[id]).Take(3).ToArray();
        var drawn = new HashSet<int>();
        for (var seed = 0UL; seed < 60; seed++)
        {
            var sampling = new SamplingOptions { Temperature = 2, TopK = 3, TopP = 1, MinP = 0, Seed = seed };
            drawn.Add((await _engine.GenerateAsync(request with { Sampling = sampling }, Cancellation)).Tokens[0]);
        }

        drawn.ShouldBe(best, ignoreOrder: true);
    }

    [Fact]
    public async Task A_full_context_ends_the_generation()
    {
        var result = await _engine.GenerateAsync(
            new GenerationRequest { Prompt = Enumerable.Repeat(100, 1020).ToArray(), MaxTokens = 50, IgnoreEnd = true }, Cancellation);
        result.End.ShouldBe(GenerationEnd.TokenLimit);
        result.Tokens.Count.ShouldBeLessThanOrEqualTo(5);
    }

    [Fact]
    public async Task A_token_costs_no_managed_memory()
    {
        long first = 0, last = 0;
        for (var run = 0; run < 3; run++) // the first ones compile, grow what is kept, and take the cache's pages
        {
            var tokens = 0;
            await _engine.GenerateAsync(Request("int x = ") with
            {
                MaxTokens = 800, IgnoreEnd = true, Prior = new Expecting(_engine.Tokenizer.Vocabulary.Count - 1, 0.1f),
                Stop = _ => // on the thread that generates
                {
                    tokens++;
                    if (tokens == 10) first = GC.GetAllocatedBytesForCurrentThread();
                    if (tokens == 790) last = GC.GetAllocatedBytesForCurrentThread();
                    return false;
                },
            }, Cancellation);
        }

        last.ShouldBeGreaterThan(0);
        (last - first).ShouldBe(0);
    }

    [Fact]
    public async Task What_is_expected_from_elsewhere_is_generated_where_it_is_surer_than_the_model()
    {
        List<int> wanted = [];
        _engine.Tokenizer.Encode("zebra", wanted);
        var result = await _engine.GenerateAsync(Request("int x = ") with { MaxTokens = 1, Prior = new Expecting(wanted[0], 0.95f) }, Cancellation);
        result.Tokens.ShouldBe([wanted[0]]);
        result.MeanLogProbability.ShouldBeInRange(Math.Log(0.65), 0); // odds of 19, less √(1 - max p), which is 0.1 at least
        var doubtful = await _engine.GenerateAsync(Request("int x = ") with { MaxTokens = 1, Prior = new Expecting(wanted[0], 1e-6f) }, Cancellation);
        doubtful.Tokens.ShouldBe((await _engine.GenerateAsync(Request("int x = ") with { MaxTokens = 1 }, Cancellation)).Tokens);
    }

    // Without its text: what a random model says is not UTF-8, for which the decoder allocates.
    [Theory, InlineData("micro-v2.Q4_K_M"), InlineData("qwen3-qknorm.Q4_K_M")]
    public async Task A_step_of_any_kind_of_model_costs_no_managed_memory(string name)
    {
        using var engine = Engine.Load(TestData.InRepository("tests", "fixtures", "parity", "models", $"{name}.gguf"));
        var tokens = Enumerable.Range(0, 400).Select(i => i * 7 % 256).ToArray();
        long first = 0, last = 0;
        for (var run = 0; run < 2; run++)
            await engine.EvaluateAsync(tokens, batch: 1, (position, _) =>
            {
                if (position == 10) first = GC.GetAllocatedBytesForCurrentThread();
                if (position == 390) last = GC.GetAllocatedBytesForCurrentThread();
            }, Cancellation);

        last.ShouldBeGreaterThan(0);
        (last - first).ShouldBe(0);
    }

    Task<GenerationResult> Generate(string prompt) => _engine.GenerateAsync(Request(prompt), Cancellation);

    GenerationRequest Request(string prompt)
    {
        var tokens = new List<int> { _engine.Tokenizer.Special.Bos!.Value };
        _engine.Tokenizer.Encode(prompt, tokens);
        return new GenerationRequest { Prompt = tokens, MaxTokens = 16 };
    }

    sealed class Expecting(int token, float probability) : ITokenPrior
    {
        public int Expect(ReadOnlySpan<int> text, Span<int> tokens, Span<float> probabilities)
        {
            (tokens[0], probabilities[0]) = (token, probability);
            return 1;
        }
    }
}
