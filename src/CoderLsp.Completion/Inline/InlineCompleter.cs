using System.Collections.Concurrent;
using CoderLsp.Completion.Context;
using CoderLsp.Completion.Documents;
using CoderLsp.Completion.Prompts;

namespace CoderLsp.Completion.Inline;

/// <summary>Suggests what to insert at a cursor. One for a model; safe for concurrent use.</summary>
/// <param name="model">What generates the text.</param>
/// <param name="healing">As <see cref="PromptBuilder"/> has it.</param>
/// <param name="time">By which a cursor rests; null: the system's.</param>
public sealed class InlineCompleter(IInfillModel model, bool healing = true, TimeProvider? time = null) : IDisposable
{
    readonly PromptBuilder _builder = new(model, healing);
    readonly ConcurrentDictionary<string, TypingAnchor> _anchors = [];
    readonly Lock _gate = new();
    volatile Effort? _effort;
    ProjectView? _project;

    /// <summary>What suggestions may cost; null: whatever the options allow.</summary>
    public Effort? Effort { get => _effort; set => _effort = value; }

    /// <summary>A suggestion, or null where there is nothing worth showing.</summary>
    /// <inheritdoc cref="CompleteAllAsync" path="/exception"/>
    public async Task<InlineSuggestion?> CompleteAsync(InlineRequest request, CancellationToken cancellation) =>
        await CompleteAllAsync(request with { Options = request.Options with { Candidates = 1 } }, cancellation).ConfigureAwait(false) is [var best, ..]
            ? best : null;

    /// <summary>
    /// The suggestions worth showing, best first: one at most, or as many as <see cref="InlineOptions.Candidates"/> says where the user
    /// asked. The first of them is what an automatic request gets.
    /// </summary>
    /// <param name="abandon">Looked at with the text of the first suggestion after each token, line ends LF; true ends it where it is.</param>
    /// <exception cref="ArgumentOutOfRangeException">The position, or the range of the selected item, does not exist in the document.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public Task<IReadOnlyList<InlineSuggestion>> CompleteAllAsync(InlineRequest request, CancellationToken cancellation, InfillStop? abandon = null)
    {
        var (snapshot, cursor) = request.Target();
        var prompt = BuildPrompt(snapshot, cursor, request);
        var context = CursorContext.Of(snapshot, cursor);
        var rule = new StopRule(context, MayHaveLines(context, snapshot.LanguageId, request), snapshot.LanguageId);
        var asked = request.Trigger == InlineTrigger.Invoked;
        var most = asked ? MaxTokens(request.Options) : Math.Min(MaxTokens(request.Options), Effort?.AnswerTokens ?? int.MaxValue);
        var expectation = request.Project is null ? null : _project?.Expectation;
        var origin = new SuggestionOrigin(prompt.Parts, expectation is not null);
        return Candidates.CollectAsync(asked ? request.Options.Candidates : 1, SuggestAsync, Candidates.Time, cancellation);

        async Task<InlineSuggestion?> SuggestAsync(InfillSampling? sampling, CancellationToken token)
        {
            var generation = new InfillRequest(prompt.Tokens, prompt.Healed, most,
                text => rule.Find(text, complete: false) is not null || (sampling is null && abandon?.Invoke(text) == true),
                sampling, context.HasTextToTheRight || context.IsUnfinished, request.Ahead, expectation);
            var answer = await model.GenerateAsync(generation, token).ConfigureAwait(false);
            if (Shown(answer, rule, context, snapshot.LanguageId, request) is not var (text, stop)) return null;
            text = InStyleOf(snapshot, cursor, text, request.Indentation);
            return new InlineSuggestion(text, TextRange.At(request.Position), stop, Math.Exp(answer.MeanLogProbability), answer.Usage, model.Name)
            {
                Origin = origin,
            }.ReplacingFor(request);
        }
    }

    /// <summary>The prompt that <see cref="CompleteAsync"/> would ask with.</summary>
    /// <inheritdoc cref="CompleteAsync" path="/exception[1]"/>
    public Prompt PromptFor(InlineRequest request)
    {
        var (snapshot, cursor) = request.Target();
        return BuildPrompt(snapshot, cursor, request);
    }

    /// <summary>The prompt of what will be asked at a place, to be computed ahead.</summary>
    /// <remarks>Where so much was typed that the anchor has to move soon, it is the one behind the move: <see cref="Use"/> makes that.</remarks>
    /// <param name="cursor">Null where it is not known: then as much of the prompt as does not depend on it, for a cursor in the first window.</param>
    public AheadPrompt PromptAhead(TextSnapshot snapshot, int? cursor, InlineOptions options, ProjectContext? project = null)
    {
        var budget = Math.Min(PromptTokens(options), Effort?.AheadTokens ?? int.MaxValue);
        lock (_gate)
        {
            if (cursor is not { } place)
            {
                // Two characters a token: what surely fits.
                place = snapshot.LineStart(snapshot.LineAt((int)Math.Min(snapshot.Length, budget * 2L)));
                var first = _builder.Build(snapshot, place, place, budget, Context(place));
                return new([.. first.Tokens.Take(first.Parts.TakeWhile(part => part.Name is not ("suffix" or "typed")).Sum(part => part.Tokens))], snapshot, null, place, budget);
            }
            var line = snapshot.LineStart(snapshot.LineAt(place));
            var anchor = _anchors.TryGetValue(snapshot.Uri, out var known) ? known.Of(snapshot, place, budget).Anchor : line;
            var context = Context(anchor);
            var prompt = _builder.Build(snapshot, place, anchor, budget, context);
            if (prompt.Anchor < line && prompt.Parts[^1].Tokens > PromptBuilder.TypedTokens(budget) / 2) prompt = _builder.Build(snapshot, place, line, budget, context);
            return new([.. prompt.Tokens], snapshot, place, prompt.Anchor, budget);
        }

        ContextPart? Context(int anchor) => project is null ? null : View(project).PartAhead(snapshot, cursor ?? anchor, anchor, budget);
    }

    /// <summary>Builds prompts so that they begin with one that was computed ahead.</summary>
    public void Use(AheadPrompt prompt)
    {
        if (prompt.Cursor is not { } cursor) return;
        lock (_gate)
            if (_anchors.TryGetValue(prompt.Snapshot.Uri, out var anchor)) anchor.MoveAhead(prompt.Snapshot, cursor, prompt.Anchor, prompt.Budget);
    }

    /// <summary>Forgets a document that was closed.</summary>
    public void Forget(string uri)
    {
        _anchors.TryRemove(uri, out _);
        Volatile.Read(ref _project)?.Forget(uri);
    }

    /// <summary>Reads a project's files, those near one first, and returns when that is done. Else it is done in the background.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; what was read stays.</exception>
    public void ReadProject(ProjectContext project, string near, CancellationToken cancellation) => View(project).Project.ReadAll(near, cancellation);

    public void Dispose()
    {
        lock (_gate) _project?.Dispose();
    }

    Prompt BuildPrompt(TextSnapshot snapshot, int cursor, InlineRequest request)
    {
        var most = Math.Min(PromptTokens(request.Options), Effort?.PromptTokens ?? int.MaxValue);
        lock (_gate)
        {
            var typing = _anchors.GetOrAdd(snapshot.Uri, _ => new());
            // What may never come about does not move the anchor, nor what stands before the document.
            var (anchor, budget) = request.Ahead ? typing.Of(snapshot, cursor, most) : typing.At(snapshot, cursor, most);
            budget = Math.Min(budget, PromptTokens(request.Options));
            var view = request.Project is { } project ? View(project) : null;
            var context = request.Ahead ? view?.PartNow(snapshot) : view?.PartFor(snapshot, cursor, anchor, budget);
            var prompt = _builder.Build(snapshot, cursor, anchor, budget, context);
            if (request.Ahead) return prompt;
            typing.MoveTo(prompt.Anchor);
            return prompt;
        }
    }

    ProjectView View(ProjectContext project)
    {
        lock (_gate)
        {
            if (_project?.Project == project) return _project;
            _project?.Dispose();
            return _project = new(model, project, time ?? TimeProvider.System);
        }
    }

    int PromptTokens(InlineOptions options) => Math.Max(PromptBuilder.SmallestBudget, ContextTokens(options) - MaxTokens(options));

    int ContextTokens(InlineOptions options) => Math.Min(model.ContextTokens, options.ContextTokens ?? model.ContextTokens);

    // An answer as long as the context would leave nothing to answer to.
    int MaxTokens(InlineOptions options) => Math.Clamp(options.MaxTokens, 1, Math.Max(1, ContextTokens(options) / 2));

    static bool MayHaveLines(CursorContext context, string languageId, InlineRequest request) => request.Options.Multiline switch
    {
        _ when context.HasTextToTheRight => false,
        Multiline.Auto => request.AfterLines || context.InEmptyBlock(languageId),
        var mode => mode == Multiline.Always,
    };

    /// <summary>What of an answer is worth showing; null for nothing. Line ends are LF.</summary>
    (string Text, InlineStop Stop)? Shown(InfillResult answer, StopRule rule, CursorContext context, string languageId, InlineRequest request)
    {
        var (text, stop) = Cut(answer, rule, context, languageId);
        if (!Worth.Showing(text, context) || (stop == InlineStop.TokenLimit && Circle.EndsInRun(text))) return null;
        // Left to right, a model cannot know the word that goes on behind the cursor: only what meets it is right.
        if (_builder.Order == InfillOrder.None && context.InWord && stop != InlineStop.Suffix) return null;
        if (request.Trigger == InlineTrigger.Invoked) return (text, stop);
        var enough = request.Options.MinConfidence is { } least
            ? Math.Exp(answer.MeanLogProbability) >= least
            : ShowGate.Opens(answer.MeanLogProbability, text, context, request.Habits);
        return enough ? (text, stop) : null;
    }

    static (string Text, InlineStop Stop) Cut(InfillResult answer, StopRule rule, CursorContext context, string languageId)
    {
        var text = answer.Text.AsSpan();
        var stop = answer.End == InfillEnd.TokenLimit ? InlineStop.TokenLimit : InlineStop.EndOfText;
        if (rule.Find(text, complete: answer.End == InfillEnd.EndOfText) is { } point)
        {
            text = text[..point.Length];
            stop = point.Reason;
        }
        // Of several lines the last one may be cut off anywhere: better without it.
        else if (stop == InlineStop.TokenLimit && text.LastIndexOf('\n') is var last and > 0) text = text[..last];

        var kept = StatementEnd.Cut(context, SuffixOverlap.Cut(context.Left, text, context.Right), languageId);
        if (kept.Length < text.Length) stop = InlineStop.Suffix;
        return ((context.HasTextToTheRight ? kept : kept.TrimEnd()).ToString(), stop);
    }

    static string InStyleOf(TextSnapshot snapshot, int cursor, string text, Indentation? asked)
    {
        var line = snapshot.LineAt(cursor);
        if ((asked ?? Indentation.Around(snapshot, line)) is { } style) text = style.Apply(text, fromFirst: cursor == snapshot.LineStart(line));
        return snapshot.LineEnding == "\n" ? text : text.ReplaceLineEndings(snapshot.LineEnding);
    }
}
