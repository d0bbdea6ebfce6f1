using System.Globalization;
using System.Text.Json;
using CoderLsp.Completion.Actions;
using CoderLsp.Completion.Documents;
using CoderLsp.Lsp.Background;
using CoderLsp.Lsp.Documents;
using CoderLsp.Protocol.Messages;
using Diagnostic = CoderLsp.Protocol.Messages.Diagnostic;

namespace CoderLsp.Lsp.Actions;

/// <summary>
/// <c>textDocument/codeAction</c>: what can be done to the selected code, or to the block around the cursor. No model is needed to
/// say so, and none is asked: editors ask at every move of the cursor.
/// </summary>
sealed class CodeActionHandler(DocumentStore documents, PromptsAhead prompts, Session session)
{
    public object Handle(CodeActionParams asked)
    {
        var actions = Offers(asked);
        if (session.Client.ActionLiterals) return actions.ToArray();
        // Who takes commands only resolves nothing: each has its command.
        return actions.Select(action => action.Command!).ToArray();
    }

    /// <summary>What an action that was offered asks for; null where it is not one of ours.</summary>
    public static ActionArguments? Arguments(CodeAction action)
    {
        try
        {
            return action.Data is { ValueKind: JsonValueKind.Object } data ? data.Deserialize(LspJson.Default.ActionArguments) : null;
        }
        catch (JsonException)
        {
            return null; // another server's, or made up
        }
    }

    IEnumerable<CodeAction> Offers(CodeActionParams asked)
    {
        if (documents.FindReadable(asked.TextDocument.Uri) is not { Snapshot: { } snapshot } document) yield break;
        var range = CursorOrSelection(snapshot, session.Encoding.Existing(snapshot, asked.Range));
        // What is asked about several lines may be the whole document, before it is saved.
        if (range.Start.Line == range.End.Line) prompts.UserIsAt(snapshot, snapshot.OffsetOf(range.End));
        var diagnostics = asked.Context.Diagnostics.Select(one => (Sent: one, Read: Read(snapshot, one))).Where(one => one.Read is not null).ToArray();
        CodeDiagnostic[] reported = [.. diagnostics.Select(one => one.Read!)];
        document.Reported = reported;
        foreach (var offer in ActionOffers.For(snapshot, range, reported, asked.Context.Only))
        {
            if (!CanBeDone(offer.Action)) continue;
            var diagnostic = offer.Diagnostic is { } about ? diagnostics.First(one => one.Read == about).Sent : null;
            var instruction = offer.Action.Command == ActionTable.EditCommand ? offer.Action.Instruction : null;
            var arguments = new ActionArguments(
                snapshot.Uri, session.Encoding.Write(snapshot, offer.Range), snapshot.Version, instruction, diagnostic, offer.Action.Command);
            yield return ActionOf(offer.Action, offer.Title, diagnostic, arguments);
        }
    }

    bool CanBeDone(ActionDefinition action)
    {
        // A client that does not ask for an instruction would run the action without one.
        if (action.Instruction is null && !session.Client.AsksForInstructions) return false;
        // There must be a way by which the change comes to the document.
        return action.Output != ActionOutput.Edit || session.Client.AppliesEdits || (session.Client.ResolvesEdits && action.Instruction is not null);
    }

    CodeAction ActionOf(ActionDefinition action, string title, Diagnostic? diagnostic, ActionArguments arguments)
    {
        IReadOnlyList<Diagnostic>? diagnostics = diagnostic is null ? null : [diagnostic];
        var resolves = session.Client.ResolvesEdits && session.Settings.ChatModel is not null
            && action is { Output: ActionOutput.Edit, Instruction: not null };
        return resolves
            ? new(title, action.Kind, diagnostics, Data: JsonSerializer.SerializeToElement(arguments, LspJson.Default.ActionArguments))
            : new(title, action.Kind, diagnostics, Command: CommandOf(title, arguments));
    }

    /// <summary>In editors after Kakoune, such as Helix, the cursor is a selection too: of the character or the line break behind it.</summary>
    static TextRange CursorOrSelection(TextSnapshot snapshot, TextRange range)
    {
        const int longest = 32;
        var length = snapshot.OffsetOf(range.End) - snapshot.OffsetOf(range.Start);
        if (length is < 1 or > longest) return range;
        var start = snapshot.OffsetOf(range.Start);
        return StringInfo.GetNextTextElementLength(snapshot.Slice(start, start + length)) == length ? range with { End = range.Start } : range;
    }

    static Command CommandOf(string title, ActionArguments arguments) => new(
        title, arguments.Command!, [JsonSerializer.SerializeToElement(arguments with { Command = null }, LspJson.Default.ActionArguments)]);

    CodeDiagnostic? Read(TextSnapshot snapshot, Diagnostic sent) => DiagnosticReader.Read(session.Encoding, snapshot, sent);
}
