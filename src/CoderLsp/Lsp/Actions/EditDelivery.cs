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

    /// <summary>Has the client make the change. The reason why it did not, or null when it did.</summary>
    public async Task<string?> ApplyAsync(WorkspaceEdit edit, string label, CancellationToken cancellation)
    {
        try
        {
            var result = await connection.RequestAsync<ApplyWorkspaceEditParams, ApplyWorkspaceEditResult>(
                "workspace/applyEdit", new(label, edit), cancellation).ConfigureAwait(false);
            return result.Applied ? null : result.FailureReason is { Length: > 0 } reason ? reason : "the editor refused the change, or you did not confirm it";
        }
        catch (RequestFailedException e)
        {
            return e.Message;
        }
    }

    Dictionary<string, ChangeAnnotation>? Annotations(string label) =>
        session.Client.ChangeAnnotations ? new() { [Annotation] = new($"CoderLsp: {label}", NeedsConfirmation: true) } : null;
}
