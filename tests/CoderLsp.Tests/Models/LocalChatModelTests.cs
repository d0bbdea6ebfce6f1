using CoderLsp.Completion.Chat;
using CoderLsp.Configuration;
using CoderLsp.Models.Chat;
using CoderLsp.TestSupport;
using Microsoft.Extensions.AI;

namespace CoderLsp.Tests.Models;

/// <summary>The client with a real engine. What the seedling says to a conversation means nothing; that it is the same, in pieces and cached, does.</summary>
public sealed class LocalChatModelTests : IDisposable
{
    static readonly string Seedling = TestData.InRepository("models", "seedling", "seedling-q8_0.gguf");

    // The family without tokens of its own; the seedling has no end of a reply in its habits, so most answers are as long as they may be.
    readonly LocalChatModel _model = Load(new() { ChatTemplate = "deepseek-coder-v2", Threads = 1, Chat = new() { Temperature = 0, MaxTokens = 24 } });

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _model.Dispose();

    [Fact]
    public async Task Pieces_make_the_answer_and_the_last_one_says_what_it_cost()
    {
        var updates = await StreamAsync([new(ChatRole.User, "def add(a, b):")]);
        var whole = await _model.Client.GetResponseAsync([new(ChatRole.User, "def add(a, b):")], cancellationToken: Cancellation);
        string.Concat(updates.Select(update => update.Text)).ShouldBe(whole.Text);
        updates.Count.ShouldBeGreaterThan(3);

        updates[..^1].ShouldAllBe(update => update.FinishReason == null && update.Text.Length > 0);
        updates[^1].FinishReason.ShouldBe(ChatFinishReason.Length);
        var usage = updates[^1].Contents.OfType<UsageContent>().ShouldHaveSingleItem().Details;
        usage.OutputTokenCount.ShouldBe(24);
        usage.CachedInputTokenCount.ShouldBe(0);
        usage.TotalTokenCount.ShouldBe(usage.InputTokenCount + 24);
        // The same prompt again: all but its last token, whose logits are wanted, is in the cache.
        whole.Usage!.CachedInputTokenCount.ShouldBe(usage.InputTokenCount - 1);
        whole.ModelId.ShouldBe("seedling");
    }

    [Fact]
    public async Task The_next_turn_finds_the_whole_conversation_in_the_cache()
    {
        List<ChatMessage> messages = [new(ChatRole.System, "You write Python."), new(ChatRole.User, "def add(a, b):")];
        long before = 0;
        for (var turn = 0; turn < 4; turn++)
        {
            var response = await _model.Client.GetResponseAsync(messages, cancellationToken: Cancellation);
            var usage = response.Usage!;
            usage.CachedInputTokenCount!.Value.ShouldBeGreaterThanOrEqualTo(before);
            // The prompt and the reply; of the last tokens one is not computed, and others may hold only white space, which is not kept.
            before = usage.InputTokenCount!.Value + usage.OutputTokenCount!.Value - 3;
            messages.AddRange([.. response.Messages, new(ChatRole.User, "Go on.")]);
        }
    }

    [Fact]
    public async Task A_stop_sequence_ends_the_answer_before_it()
    {
        var full = (await _model.Client.GetResponseAsync([new(ChatRole.User, "class Stack:")], cancellationToken: Cancellation)).Text;
        var stop = full.Substring(full.Length / 2, 3);
        var cut = await _model.Client.GetResponseAsync([new(ChatRole.User, "class Stack:")], new() { StopSequences = [stop] }, Cancellation);
        cut.Text.ShouldBe(full[..full.IndexOf(stop, StringComparison.Ordinal)].TrimEnd());
        cut.FinishReason.ShouldBe(ChatFinishReason.Stop);
    }

    [Fact]
    public async Task Options_win_over_the_settings_and_a_seed_repeats_what_was_drawn()
    {
        var options = new ChatOptions { Temperature = 1.5f, Seed = 7, MaxOutputTokens = 9, TopK = 0, TopP = 1 };
        // Both find the prompt in the cache: computed in parts it is rounded otherwise than as a whole.
        await _model.Client.GetResponseAsync([new(ChatRole.User, "x")], options, Cancellation);
        var first = await _model.Client.GetResponseAsync([new(ChatRole.User, "x")], options, Cancellation);
        var second = await _model.Client.GetResponseAsync([new(ChatRole.User, "x")], options, Cancellation);
        first.Usage!.OutputTokenCount.ShouldBe(9);
        second.Text.ShouldBe(first.Text);
        var others = new List<string>();
        for (var seed = 8; seed < 12; seed++)
        {
            options.Seed = seed;
            others.Add((await _model.Client.GetResponseAsync([new(ChatRole.User, "x")], options, Cancellation)).Text);
        }
        others.ShouldContain(text => text != first.Text);
    }

    [Fact]
    public async Task Cancelling_ends_the_computation()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var received = 0;
        await Should.ThrowAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in _model.Client.GetStreamingResponseAsync([new(ChatRole.User, "x")], new() { MaxOutputTokens = 700 }, source.Token))
                if (++received == 2) await source.CancelAsync();
        });
        // The statistics count what was generated to its end; and the engine is free for the next one.
        _model.Statistics.Current.GeneratedTokens.ShouldBe(0);
        (await _model.Client.GetResponseAsync([new(ChatRole.User, "x")], new() { MaxOutputTokens = 1 }, Cancellation)).Usage!.OutputTokenCount.ShouldBe(1);
    }

    [Fact]
    public async Task Who_stops_reading_stops_the_computation()
    {
        await foreach (var _ in _model.Client.GetStreamingResponseAsync([new(ChatRole.User, "x")], new() { MaxOutputTokens = 700 }, Cancellation)) break;
        _model.Statistics.Current.GeneratedTokens.ShouldBe(0);
    }

    [Fact]
    public async Task A_long_conversation_about_a_large_file_is_cut_to_the_window()
    {
        var file = new Attachment("numbers.py", "python", string.Concat(Enumerable.Range(0, 600).Select(i => $"value_{i} = {i * 7}\n")));
        List<ChatMessage> turns = [];
        for (var i = 0; i < 12; i++)
        {
            for (var j = 0; j < 4; j++)
                turns.AddRange([new(ChatRole.User, $"question {i}.{j} about the list"), new(ChatRole.Assistant, $"answer {i}.{j} of the list")]);
            var prompt = ChatPrompt.Build([.. turns, new(ChatRole.User, "And now?")], [file], "Be brief.", _model, answerTokens: 24);
            var response = await _model.Client.GetResponseAsync(prompt, new() { MaxOutputTokens = 24 }, Cancellation);
            response.Usage!.InputTokenCount!.Value.ShouldBeInRange(500, 1024 - 24);
        }
    }

    [Fact]
    public void What_the_template_adds_is_counted() =>
        _model.TemplateTokens.ShouldBe(1 + _model.CountTokens("User: \n\nAssistant:")); // BOS

    [Fact]
    public async Task A_message_that_does_not_fit_is_an_error_with_the_numbers()
    {
        var text = string.Concat(Enumerable.Repeat("word ", 1200));
        var message = (await Should.ThrowAsync<UserException>(_model.Client.GetResponseAsync([new(ChatRole.User, text)], cancellationToken: Cancellation))).Message;
        message.ShouldContain("too long for seedling");
        message.ShouldContain("the window of 1024 tokens has room for 1000, as 24 are kept for the answer");
    }

    [Fact]
    public async Task What_is_no_conversation_is_refused()
    {
        await Should.ThrowAsync<ArgumentException>(_model.Client.GetResponseAsync([], cancellationToken: Cancellation));
        await Should.ThrowAsync<ArgumentException>(_model.Client.GetResponseAsync([new(ChatRole.Assistant, "x")], cancellationToken: Cancellation));
        await Should.ThrowAsync<ArgumentException>(_model.Client.GetResponseAsync([new(ChatRole.Tool, "x")], cancellationToken: Cancellation));
        await Should.ThrowAsync<ArgumentException>(
            _model.Client.GetResponseAsync([new(ChatRole.User, [new DataContent(new byte[] { 1 }, "image/png")])], cancellationToken: Cancellation));
        await Should.ThrowAsync<ArgumentException>(_model.Client.GetResponseAsync([new(ChatRole.User, "x")], new() { Temperature = -1 }, Cancellation));
        await Should.ThrowAsync<ArgumentException>(_model.Client.GetResponseAsync([new(ChatRole.User, "x")], new() { MaxOutputTokens = 0 }, Cancellation));
    }

    [Fact]
    public async Task Statistics_say_how_fast_it_was_and_what_the_cache_saved()
    {
        _model.Statistics.Current.ShouldBe(default);
        var text = string.Concat(Enumerable.Repeat("word ", 60));
        for (var i = 0; i < 2; i++) await _model.Client.GetResponseAsync([new(ChatRole.User, text)], cancellationToken: Cancellation);
        var speed = _model.Statistics.Current;
        speed.PromptTokensPerSecond!.Value.ShouldBeGreaterThan(0);
        speed.DecodeTokensPerSecond!.Value.ShouldBeGreaterThan(0);
        speed.GeneratedTokens.ShouldBe(48);
        speed.CachedTokens.ShouldBe(speed.ComputedTokens - 2);
        speed.HitRate!.Value.ShouldBe(0.5, 0.02);
    }

    [Fact]
    public void A_model_without_a_template_says_what_to_set() =>
        Should.Throw<UserException>(() => Load(new())).Message.ShouldContain("set chatTemplate to one of deepseek-coder,");

    [Fact]
    public void Tokens_are_counted() => _model.CountTokens("return a + b").ShouldBeInRange(3, 8);

    static LocalChatModel Load(CoderLspSettings settings) => LocalChatModel.Load(new("seedling", Seedling), settings, _ => { });

    async Task<List<ChatResponseUpdate>> StreamAsync(ChatMessage[] messages)
    {
        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in _model.Client.GetStreamingResponseAsync(messages, cancellationToken: Cancellation)) updates.Add(update);
        return updates;
    }
}
