using CoderLsp.Completion.Chat;
using CoderLsp.Completion.Documents;
using CoderLsp.Lsp.Documents;
using CoderLsp.Lsp.Progress;
using CoderLsp.Lsp.Status;
using CoderLsp.Lsp.Workspace;
using CoderLsp.Protocol.Messages;
using CoderLsp.Protocol.Rpc;
using Microsoft.Extensions.AI;
using Range = CoderLsp.Protocol.Messages.Range;

namespace CoderLsp.Lsp.Chat;

/// <summary><c>coderlsp/chat</c>: the next message of a conversation, which the client keeps.</summary>
sealed class ChatHandler(DocumentStore documents, ModelHost models, WorkspaceState workspace, Session session, ProgressReporter progress, ServerStatus status)
{
    public async Task<ChatResult> HandleAsync(ChatParams asked, CancellationToken cancellation)
    {
        var turns = asked.Messages.Select(TurnOf).ToList();
        if (turns.Count == 0 || turns[^1].Role != ChatRole.User)
            throw new RequestFailedException(ErrorCode.InvalidParams, "The last of the messages must be the user's.");
        // What the editor has open counts as it is now; files are read later, away from the thread that the next message waits for.
        var context = (asked.Context ?? []).Select(item => (Item: item, documents.FindReadable(item.Uri)?.Snapshot)).ToList();

        using var work = progress.Begin("Answering", asked.WorkDoneToken, patience: ProgressReporter.Patience);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, work.Cancelled);
        try
        {
            return await Task.Run(
                () => AnswerAsync(asked, turns, [.. context.Select(one => AttachmentOf(one.Item, one.Snapshot)).OfType<Attachment>()], either.Token), either.Token)
                .ConfigureAwait(false);
        }
        catch (Exception e) when (e is ConversationTooLongException or UserException)
        {
            throw new RequestFailedException(ErrorCode.RequestFailed, e.Message);
        }
        catch (OperationCanceledException) when (work.Cancelled.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new RequestFailedException(ErrorCode.RequestCancelled, "The user ended it.");
        }
    }

    async Task<ChatResult> AnswerAsync(
        ChatParams asked, List<ChatMessage> turns, List<Attachment> attachments, CancellationToken cancellation)
    {
        using var lease = await models.LeaseChatAsync(cancellation).ConfigureAwait(false);
        using var working = status.Working();
        var (settings, model) = (session.Settings.Chat, lease.Model.Model);
        var messages = ChatPrompt.Build(turns, attachments, settings.SystemPrompt, model, settings.MaxTokens);
        var pieces = new List<ChatResponseUpdate>();
        await foreach (var piece in model.Client.GetStreamingResponseAsync(messages, settings.ToChatOptions(), cancellation).ConfigureAwait(false))
        {
            pieces.Add(piece);
            if (piece.Text.Length > 0) progress.Send(asked.PartialResultToken, piece.Text);
        }
        var answer = pieces.ToChatResponse();
        return new(
            new("assistant", answer.Text),
            new(answer.Usage?.InputTokenCount ?? 0, answer.Usage?.CachedInputTokenCount ?? 0, answer.Usage?.OutputTokenCount ?? 0),
            answer.FinishReason == ChatFinishReason.Length ? "length" : "stop");
    }

    static ChatMessage TurnOf(ChatTurn turn) => new(
        turn.Role switch
        {
            "system" => ChatRole.System,
            "user" => ChatRole.User,
            "assistant" => ChatRole.Assistant,
            _ => throw new RequestFailedException(ErrorCode.InvalidParams, "The role of a message must be system, user or assistant."),
        },
        turn.Content);

    // Null: of the range nothing is left.
    Attachment? AttachmentOf(ChatContextItem item, TextSnapshot? open)
    {
        if ((open ?? workspace.TryRead(item.Uri)) is not { } snapshot)
            throw new RequestFailedException(ErrorCode.InvalidParams,
                $"{workspace.NameOf(item.Uri)} cannot be taken along: it is not open, and no file of the workspace that may be read.");
        if (item.Range is not { } sent) return Attachment.Of(workspace.NameOf(item.Uri), snapshot, range: null);
        var range = Remaining(snapshot, sent);
        // An empty one that the client sent is the whole document.
        return range.Start == range.End && sent.Start != sent.End ? null : Attachment.Of(workspace.NameOf(item.Uri), snapshot, range);
    }

    // A client keeps a range through the conversation, and the document may have been cut since: that must not fail each further question.
    TextRange Remaining(TextSnapshot snapshot, Range sent)
    {
        var end = session.Encoding.Write(snapshot, snapshot.PositionOf(snapshot.Length));
        Position Within(Position position) => position.Line < snapshot.LineCount ? position : end;
        return session.Encoding.Existing(snapshot, new Range(Within(sent.Start), Within(sent.End)));
    }
}
