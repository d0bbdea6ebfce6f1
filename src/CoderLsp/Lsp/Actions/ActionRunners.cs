using System.Text;
using System.Text.Json;
using CoderLsp.Completion.Actions;
using CoderLsp.Completion.Chat;
using CoderLsp.Lsp.Progress;
using CoderLsp.Lsp.Workspace;
using CoderLsp.Models;
using CoderLsp.Protocol.Messages;
using CoderLsp.Protocol.Rpc;
using Microsoft.Extensions.Logging;

namespace CoderLsp.Lsp.Actions;

/// <summary>
/// Does what was offered: by command, by <c>codeAction/resolve</c> or by <c>coderlsp/explain</c>. What goes wrong for a reason that the
/// user should know is shown once and changes nothing.
/// </summary>
sealed class ActionRunners(
    RpcConnection connection, Session session, ActionWork work, ProgressReporter progress, ClientNotices notices, ServerServices services)
{
    readonly EditDelivery _edits = new(connection, session);
    readonly AnswerDelivery _answers = new(connection, session, notices, services);

    public void AddTo(CommandRegistry commands)
    {
        foreach (var name in ActionTable.Commands) commands.Add(name, (asked, cancellation) => RunAsync(name, asked, cancellation));
    }

    /// <summary><c>codeAction/resolve</c>: the action with its edit; without one when there is none to be made.</summary>
    public async Task<CodeAction> ResolveAsync(CodeAction action, CancellationToken cancellation)
    {
        if (CodeActionHandler.Arguments(action) is not { Command: { } name } arguments || ActionTable.OfCommand(name) is not { } definition) return action;
        WorkspaceEdit? edit = null;
        await TellFailuresAsync(async () => edit = await EditAsync(definition, arguments, null, cancellation).ConfigureAwait(false)).ConfigureAwait(false);
        return action with { Edit = edit };
    }

    /// <summary><c>coderlsp/explain</c>.</summary>
    public async Task<ExplainResult> ExplainAsync(ExplainParams asked, CancellationToken cancellation)
    {
        try
        {
            var arguments = new ActionArguments(asked.TextDocument.Uri, asked.Range);
            return await ExplainAsync(arguments, asked.WorkDoneToken, asked.PartialResultToken, cancellation).ConfigureAwait(false);
        }
        catch (NoChatModelException e)
        {
            return new(e.Message);
        }
        catch (ActionEndedException e)
        {
            throw new RequestFailedException(ErrorCode.RequestCancelled, e.Message);
        }
        catch (Exception e) when (IsForTheUser(e))
        {
            throw new RequestFailedException(ErrorCode.RequestFailed, e.Message);
        }
    }

    Task RunAsync(string name, ExecuteCommandParams asked, CancellationToken cancellation)
    {
        var action = ActionTable.OfCommand(name)!;
        var arguments = ArgumentsOf(asked);
        if (!session.Client.IsBlocking) return TellFailuresAsync(() => RunAsync(action, arguments, asked.WorkDoneToken, cancellation));
        // The reply goes out at once; what comes of it is sent when it is there.
        _ = TellFailuresAsync(() => RunAsync(action, arguments, null, session.Closing));
        return Task.CompletedTask;
    }

    async Task RunAsync(ActionDefinition action, ActionArguments arguments, JsonElement? token, CancellationToken cancellation)
    {
        switch (action.Output)
        {
            case ActionOutput.Explanation:
                var explanation = await ExplainAsync(arguments, token, null, cancellation).ConfigureAwait(false);
                await _answers.ShowAsync("explanation", ".md", explanation.Markdown, cancellation).ConfigureAwait(false);
                break;
            case ActionOutput.Edit:
                var edit = await EditAsync(action, arguments, token, cancellation).ConfigureAwait(false);
                var label = LabelOf(action, arguments);
                if (await _edits.ApplyAsync(edit, label, cancellation).ConfigureAwait(false) is { } refused)
                    notices.Show(MessageType.Warning, refused.Message(label));
                break;
            default:
                await WriteTestsAsync(action, arguments, token, cancellation).ConfigureAwait(false);
                break;
        }
    }

    async Task<ExplainResult> ExplainAsync(ActionArguments arguments, JsonElement? token, JsonElement? pieces, CancellationToken cancellation)
    {
        var request = work.RequestOf(ActionTable.Explain, arguments);
        return await WithProgressAsync("Explaining", token, request, async (runner, asked, shown, either) =>
        {
            var text = new StringBuilder();
            void Add(string piece)
            {
                text.Append(piece);
                progress.Send(pieces, piece);
            }
            ActionDetails? details = null;
            await foreach (var piece in runner.ExplainAsync(asked, found => details = found, either).ConfigureAwait(false))
            {
                shown(piece);
                Add(piece);
            }
            if (details!.CutOff) Add(CutAnswer.Mark(text.ToString()));
            return new ExplainResult(text.ToString(), [.. details.Parts.Select(
                part => new PromptPiece(part.Name, part.Tokens, part.Path, part.FirstLine, part.LastLine, part.Reason))]);
        }, cancellation).ConfigureAwait(false);
    }

    async Task<WorkspaceEdit> EditAsync(ActionDefinition action, ActionArguments arguments, JsonElement? token, CancellationToken cancellation)
    {
        var request = work.RequestOf(action, arguments);
        var label = LabelOf(action, arguments);
        var result = await WithProgressAsync(label, token, request,
            (runner, asked, shown, either) => runner.EditAsync(asked, shown, either), cancellation).ConfigureAwait(false);
        work.CheckUnchanged(request.Snapshot);
        return _edits.Of(result.Snapshot, result.Edits.Select(edit => (edit.Range, edit.NewText)), label);
    }

    async Task WriteTestsAsync(ActionDefinition action, ActionArguments arguments, JsonElement? token, CancellationToken cancellation)
    {
        var request = work.RequestOf(action, arguments);
        var tests = await WithProgressAsync(action.Title, token, request,
            (runner, asked, shown, either) => runner.TestsAsync(asked, shown, either), cancellation).ConfigureAwait(false);
        // Beside the code, where the editor makes new files and asks its user first; else as a document of its own.
        if (session.Client is { AppliesEdits: true, CreatesFiles: true } && WorkspaceState.NewFileBeside(request.Snapshot.Uri, tests.FileName) is { } uri)
        {
            switch (await _edits.ApplyAsync(_edits.NewFile(uri, tests.Text, action.Title), action.Title, cancellation).ConfigureAwait(false))
            {
                case null:
                    if (session.Client.ShowsDocuments) await _answers.ShowFileAsync(new(uri), cancellation).ConfigureAwait(false);
                    return;
                case { Reason: null } refused:
                    // Who does not want the file does not want to see it elsewhere.
                    notices.Show(MessageType.Warning, refused.Message(action.Title));
                    return;
            }
        }
        await _answers.ShowAsync(
            Path.GetFileNameWithoutExtension(tests.FileName), Path.GetExtension(tests.FileName), tests.Text, cancellation).ConfigureAwait(false);
    }

    /// <summary>Runs the model's part away from the connection's queue, with a progress that shows what is being written and can end it.</summary>
    async Task<T> WithProgressAsync<T>(
        string title, JsonElement? token, ActionRequest request,
        Func<ActionRunner, ActionRequest, Action<string>, CancellationToken, Task<T>> run, CancellationToken cancellation)
    {
        using var shown = progress.Begin(title, token, patience: ProgressReporter.Patience);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, shown.Cancelled);
        var ticker = new Ticker(shown);
        try
        {
            return await Task.Run(
                () => work.RunAsync(request, (runner, asked) => run(runner, asked, ticker.Add, either.Token), either.Token), either.Token)
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (shown.Cancelled.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new ActionEndedException();
        }
    }

    async Task TellFailuresAsync(Func<Task> run)
    {
        try
        {
            await run().ConfigureAwait(false);
        }
        catch (ActionEndedException)
        {
            // The user ended it himself: there is nothing to say.
        }
        // Where nobody waits for a reply, what it would have said is told too.
        catch (Exception e) when (IsForTheUser(e) || (session.Client.IsBlocking && e is RequestFailedException))
        {
            notices.Show(e is NoChatModelException ? MessageType.Info : MessageType.Warning, $"CoderLsp: {e.Message}");
        }
        catch (Exception e) when (session.Client.IsBlocking && e is not OperationCanceledException)
        {
            // Nobody waits for a reply that could carry the error.
            services.Log(LogLevel.Warning, $"An action failed: {e.GetType().Name}{Environment.NewLine}{e.StackTrace}");
            notices.Show(MessageType.Error, $"CoderLsp: an unexpected error ({e.GetType().Name}); the server's log says where.");
        }
    }

    static bool IsForTheUser(Exception e) => e is ActionFailedException or ConversationTooLongException or UserException;

    static string LabelOf(ActionDefinition action, ActionArguments arguments) =>
        ActionTable.All.FirstOrDefault(one => one.Instruction is { } known && known == arguments.Instruction)?.Title
        ?? (action.Instruction is null ? "Refactor" : action.Title);

    static ActionArguments ArgumentsOf(ExecuteCommandParams asked)
    {
        try
        {
            if (asked.Arguments is [var only]) return only.Deserialize(LspJson.Default.ActionArguments)!;
        }
        catch (JsonException)
        {
            // Said below.
        }
        throw new RequestFailedException(ErrorCode.InvalidParams, $"{asked.Command} takes one argument: {{uri, range, version?, instruction?, diagnostic?}}.");
    }
}

/// <summary>The user ended the work by its progress.</summary>
sealed class ActionEndedException() : Exception("The user ended it.");
