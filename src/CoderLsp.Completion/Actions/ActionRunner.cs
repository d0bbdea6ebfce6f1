using System.Runtime.CompilerServices;
using System.Text;
using CoderLsp.Completion.Actions.Edits;
using CoderLsp.Completion.Actions.Instructions;
using Microsoft.Extensions.AI;

namespace CoderLsp.Completion.Actions;

/// <summary>Does actions with a chat model. Safe for concurrent use as far as the model is.</summary>
public sealed class ActionRunner(IChatModel model, ActionOptions options)
{
    readonly InstructionPromptBuilder _prompts = new(model, options);

    /// <summary>What the model is shown for an action.</summary>
    /// <exception cref="ActionFailedException">Nothing is selected, there is no instruction, or the selection is too large.</exception>
    public InstructionPrompt Prompt(ActionRequest request) => _prompts.Build(request);

    /// <summary>An answer in Markdown, in pieces as they are generated.</summary>
    /// <param name="details">Called once, behind the last piece.</param>
    /// <exception cref="ActionFailedException">The action came to nothing.</exception>
    public async IAsyncEnumerable<string> ExplainAsync(
        ActionRequest request, Action<ActionDetails>? details = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var prompt = _prompts.Build(request);
        var end = new AnswerEnd();
        var any = false;
        await foreach (var piece in PiecesAsync(prompt, end, cancellation))
        {
            any |= !string.IsNullOrWhiteSpace(piece);
            yield return piece;
        }
        if (!any) throw ActionFailedException.NoAnswer();
        details?.Invoke(end.Details(prompt));
    }

    /// <summary>A change of the selected lines.</summary>
    /// <param name="piece">Called with each piece of the model's answer, for showing progress; on whichever thread it comes.</param>
    /// <exception cref="ActionFailedException">The action came to nothing; nothing is to be changed.</exception>
    public async Task<EditResult> EditAsync(ActionRequest request, Action<string>? piece = null, CancellationToken cancellation = default)
    {
        var prompt = _prompts.Build(request);
        var (answer, details) = await AnswerAsync(prompt, piece, cancellation);
        var snapshot = request.Snapshot;
        var old = snapshot.Slice(snapshot.OffsetOf(prompt.Range.Start), snapshot.OffsetOf(prompt.Range.End)).ToString();
        var code = CodeOf(answer, snapshot.LanguageId, old, details);
        var changed = CodeFit.Into(snapshot, prompt.Range, code);
        var edits = LineEdits.Between(snapshot, prompt.Range, changed);
        if (edits.Count == 0) throw ActionFailedException.NoChange(answer);
        return new(snapshot, prompt.Range, changed, edits, details);
    }

    /// <summary>A new document: tests of the selected code.</summary>
    /// <inheritdoc cref="EditAsync"/>
    public async Task<NewDocument> TestsAsync(ActionRequest request, Action<string>? piece = null, CancellationToken cancellation = default)
    {
        var prompt = _prompts.Build(request);
        var (answer, details) = await AnswerAsync(prompt, piece, cancellation);
        var snapshot = request.Snapshot;
        var code = CodeOf(answer, snapshot.LanguageId, "", details).TrimEnd() + "\n";
        return new(snapshot.LanguageId, TestFileName.For(snapshot), code.Replace("\n", snapshot.LineEnding, StringComparison.Ordinal), details);
    }

    string CodeOf(string answer, string languageId, string replaced, ActionDetails details)
    {
        if (string.IsNullOrWhiteSpace(answer)) throw ActionFailedException.NoAnswer();
        var code = AnswerCode.Find(answer, languageId, replaced);
        // A limit that was met in the prose behind the code does no harm.
        if (details.CutOff && code is not { Closed: true }) throw ActionFailedException.CutOff(_prompts.MaxAnswerTokens, answer);
        return code?.Text ?? throw ActionFailedException.NoCode(answer);
    }

    async Task<(string Answer, ActionDetails Details)> AnswerAsync(InstructionPrompt prompt, Action<string>? piece, CancellationToken cancellation)
    {
        var answer = new StringBuilder();
        var end = new AnswerEnd();
        await foreach (var text in PiecesAsync(prompt, end, cancellation))
        {
            answer.Append(text);
            piece?.Invoke(text);
        }
        return (answer.ToString(), end.Details(prompt));
    }

    async IAsyncEnumerable<string> PiecesAsync(
        InstructionPrompt prompt, AnswerEnd end, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var chat = new ChatOptions { MaxOutputTokens = _prompts.MaxAnswerTokens, Temperature = options.Temperature };
        await foreach (var update in model.Client.GetStreamingResponseAsync(prompt.Messages, chat, cancellation).WithCancellation(cancellation))
        {
            end.See(update);
            if (update.Text is { Length: > 0 } text) yield return text;
        }
        cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>What the last pieces say about the whole.</summary>
    sealed class AnswerEnd
    {
        UsageDetails? _usage;
        ChatFinishReason? _reason;

        public void See(ChatResponseUpdate update)
        {
            _reason = update.FinishReason ?? _reason;
            _usage = update.Contents.OfType<UsageContent>().LastOrDefault()?.Details ?? _usage;
        }

        public ActionDetails Details(InstructionPrompt prompt) => new(prompt.Parts, _usage, _reason == ChatFinishReason.Length);
    }
}
