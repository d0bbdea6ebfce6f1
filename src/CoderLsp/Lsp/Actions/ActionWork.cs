using CoderLsp.Completion.Actions;
using CoderLsp.Completion.Documents;
using CoderLsp.Lsp.Documents;
using CoderLsp.Lsp.Status;
using CoderLsp.Lsp.Workspace;
using CoderLsp.Protocol.Messages;

namespace CoderLsp.Lsp.Actions;

/// <summary>From what a client asks for to a request of the actions' room, and to the model that does it.</summary>
sealed class ActionWork(DocumentStore documents, ModelHost models, WorkspaceState workspace, Session session, ServerStatus status)
{
    /// <summary>The action on the document as it is now.</summary>
    /// <exception cref="ActionFailedException">The document cannot be read, or is not the one that the action was offered for.</exception>
    /// <exception cref="Protocol.Rpc.RequestFailedException">The range does not exist.</exception>
    public ActionRequest RequestOf(ActionDefinition action, ActionArguments arguments)
    {
        if (documents.Find(arguments.Uri) is null) throw ActionFailedException.NotOpen();
        if (documents.FindReadable(arguments.Uri) is not { } document) throw ActionFailedException.Secret();
        if (document.Snapshot is not { } snapshot) throw ActionFailedException.OutOfSync();
        if (arguments.Version is { } version && version != snapshot.Version) throw ActionFailedException.DocumentChanged();
        var range = ActionOffers.Target(snapshot, session.Encoding.Existing(snapshot, arguments.Range)) ?? throw ActionFailedException.NothingSelected();
        // Whoever mends one problem is not distracted by the others; all else is done better when they are known.
        var diagnostics = arguments.Diagnostic is { } sent
            ? DiagnosticReader.Read(session.Encoding, snapshot, sent) is { } diagnostic ? [diagnostic] : []
            : document.Reported;
        return new(action, snapshot, range) { Instruction = arguments.Instruction, Diagnostics = diagnostics };
    }

    /// <summary>Does something with the chat model, which is loaded if need be. Searches the workspace: not for the connection's thread.</summary>
    /// <exception cref="UserException">There is no chat model, or it cannot be loaded.</exception>
    public async Task<T> RunAsync<T>(
        ActionRequest request, Func<ActionRunner, ActionRequest, Task<T>> run, CancellationToken cancellation)
    {
        using var model = await models.LeaseChatAsync(cancellation).ConfigureAwait(false);
        var runner = new ActionRunner(model.Model.Model, session.Settings.Chat.ToActionOptions());
        using var working = status.Working();
        var related = await workspace.RelatedAsync(request.Snapshot, request.Range, cancellation).ConfigureAwait(false);
        return await run(runner, request with { RelatedFiles = related }).ConfigureAwait(false);
    }

    /// <summary>Whether the document is still the one that an answer was made for.</summary>
    /// <exception cref="ActionFailedException">It is not.</exception>
    public void CheckUnchanged(TextSnapshot snapshot)
    {
        if (documents.Find(snapshot.Uri)?.Snapshot != snapshot) throw ActionFailedException.DocumentChanged();
    }
}
