using CoderLsp.Completion.Documents;
using CoderLsp.Protocol.Messages;
using CoderLsp.Protocol.Rpc;
using TextEdit = CoderLsp.Protocol.Messages.TextEdit;

namespace CoderLsp.Lsp.Actions;

/// <summary>Brings changes to the client in the form that it takes: with the version they are for and a confirmation where it can.</summary>
sealed class EditDelivery(RpcConnection connection, Session session)
{
    const string Annotation = "coderlsp";

    /// <summary>Changes of an open document.</summary>
    /// <param name="label">What the user is asked to confirm.</param>
    public WorkspaceEdit Of(TextSnapshot snapshot, IEnumerable<(TextRange Range, string NewText)> changes, string label)
    {
        var annotation = session.Client.ChangeAnnotations ? Annotation : null;
        var edits = changes
            .Select(change => new TextEdit(session.Encoding.Write(snapshot, change.Range), change.NewText, annotation)).ToArray();
        return session.Client.VersionedEdits
            ? new(DocumentChanges: [new(new(snapshot.Uri, snapshot.Version), edits)], ChangeAnnotations: Annotations(label))
            : new(new Dictionary<string, IReadOnlyList<TextEdit>> { [snapshot.Uri] = edits });
    }

    /// <summary>A file that does not exist yet, with its text.</summary>
    public WorkspaceEdit NewFile(string uri, string text, string label)
    {
        var annotation = session.Client.ChangeAnnotations ? Annotation : null;
        return new(
            DocumentChanges:
            [
                new(Kind: "create", Uri: uri, AnnotationId: annotation),
                new(new(uri, null), [new(default, text, annotation)]),
            ],
            ChangeAnnotations: Annotations(label));
    }

    /// <summary>Has the client make the change. Null when it did.</summary>
    public async Task<RefusedEdit?> ApplyAsync(WorkspaceEdit edit, string label, CancellationToken cancellation)
    {
        try
        {
            var result = await connection.RequestAsync<ApplyWorkspaceEditParams, ApplyWorkspaceEditResult>(
                "workspace/applyEdit", new(label, edit), cancellation).ConfigureAwait(false);
            return result.Applied ? null : new(result.FailureReason is { Length: > 0 } reason ? reason : null);
        }
        catch (RequestFailedException e)
        {
            return new(e.Message);
        }
    }

    Dictionary<string, ChangeAnnotation>? Annotations(string label) =>
        session.Client.ChangeAnnotations ? new() { [Annotation] = new($"CoderLsp: {label}", NeedsConfirmation: true) } : null;
}

/// <summary>A change that the client did not make.</summary>
/// <param name="Reason">Why it could not; null where it says nothing, as when the user did not want it.</param>
readonly record struct RefusedEdit(string? Reason)
{
    /// <summary>For the user.</summary>
    public string Message(string label) => $"CoderLsp: {label}: nothing was changed: {Reason ?? "the editor refused the change, or you did not confirm it"}.";
}
