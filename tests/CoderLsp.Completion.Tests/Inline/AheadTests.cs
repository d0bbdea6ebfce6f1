using CoderLsp.Completion.Documents;
using CoderLsp.Completion.Inline;
using CoderLsp.Completion.Prompts;

namespace CoderLsp.Completion.Tests.Inline;

/// <summary>Prompts that are computed before they are asked for.</summary>
public sealed class AheadTests : IDisposable
{
    // Room for 50 tokens of typed text.
    readonly FakeModel _model = new(contextTokens: 464);
    readonly InlineCompleter _completer;
    readonly string _text = string.Concat(Enumerable.Range(0, 300).Select(i => $"    line({i});\n"));

    public AheadTests() => _completer = new(_model);

    public void Dispose() => _completer.Dispose();

    static InlineOptions Options => new(MaxTokens: 64);

    async Task<InlineRequest> AskAsync(string typed)
    {
        var at = _text.LastIndexOf('\n', _text.Length / 2) + 1;
        var snapshot = new TextSnapshot("file:///a", "csharp", 1, _text.Insert(at, typed + "\n"));
        var request = new InlineRequest(snapshot, snapshot.PositionOf(at + typed.Length), InlineTrigger.Automatic, Options);
        await _completer.CompleteAsync(request, default);
        return request;
    }

    IReadOnlyList<int> Asked => _model.LastRequest!.Prompt;

    AheadPrompt Ahead(InlineRequest request, int? cursor = null) =>
        _completer.PromptAhead(request.Snapshot, cursor ?? request.Snapshot.OffsetOf(request.Position), Options);

    [Fact]
    public async Task The_prompt_of_the_next_key_is_the_one_that_was_asked_with() => Ahead(await AskAsync("foo.ba")).Tokens.ShouldBe(Asked);

    [Fact]
    public async Task Where_much_was_typed_the_anchor_moves_when_that_prompt_is_there()
    {
        var typed = "a();\n";
        await AskAsync(typed);
        for (var i = 0; i < 7; i++) await AskAsync(typed += $"b({i});\n");
        var before = Asked;
        var ahead = Ahead(await AskAsync(typed));
        ahead.Tokens.ShouldNotBe(before);

        await AskAsync(typed + "x");
        Asked.Take(before.Count).ShouldBe(before); // not there yet
        _completer.Use(ahead);
        await AskAsync(typed + "x.y");
        Asked.Take(ahead.Tokens.Length).ShouldBe(ahead.Tokens);
    }

    [Fact]
    public async Task A_prompt_for_another_burst_moves_nothing()
    {
        var typed = string.Concat(Enumerable.Range(0, 8).Select(i => $"b({i});\n"));
        await AskAsync("a");
        var ahead = Ahead(await AskAsync(typed));
        var elsewhere = new TextSnapshot("file:///a", "csharp", 1, _text);
        await _completer.CompleteAsync(new(elsewhere, new(290, 4), InlineTrigger.Automatic, Options), default);
        var asked = Asked;
        _completer.Use(ahead);
        await _completer.CompleteAsync(new(elsewhere, new(290, 4), InlineTrigger.Automatic, Options), default);
        Asked.ShouldBe(asked);
    }

    [Fact]
    public async Task What_is_generated_ahead_moves_no_anchor()
    {
        await AskAsync("a();\nb");
        var asked = Asked;
        var (snapshot, position) = (new TextSnapshot("file:///a", "csharp", 1, _text), new TextPosition(10, 4));
        await _completer.CompleteAsync(new(snapshot, position, InlineTrigger.Automatic, Options, Ahead: true), default);
        _model.LastRequest!.Ahead.ShouldBeTrue();
        await AskAsync("a();\nb");
        Asked.ShouldBe(asked);
    }

    [Fact]
    public async Task Without_a_cursor_it_is_what_prompts_of_the_first_window_begin_with()
    {
        var text = _text[..300];
        var snapshot = new TextSnapshot("file:///new", "csharp", 1, text);
        var ahead = _completer.PromptAhead(snapshot, null, Options);
        ahead.Tokens.Length.ShouldBeGreaterThan(50);
        await _completer.CompleteAsync(new(snapshot, snapshot.PositionOf(text.Length), InlineTrigger.Automatic, Options), default);
        Asked.Take(ahead.Tokens.Length).ShouldBe(ahead.Tokens);
    }
}
