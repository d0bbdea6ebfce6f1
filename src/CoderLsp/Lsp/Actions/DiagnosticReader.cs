using System.Text.Json;
using CoderLsp.Completion.Actions;
using CoderLsp.Completion.Documents;
using CoderLsp.Lsp.Documents;
using CoderLsp.Protocol.Messages;
using DiagnosticSeverity = CoderLsp.Completion.Actions.DiagnosticSeverity;

namespace CoderLsp.Lsp.Actions;

/// <summary>Diagnostics as clients send them, which come from other servers and may be for a text that has changed since.</summary>
static class DiagnosticReader
{
    /// <summary>Null when it says nothing, or about a place that does not exist.</summary>
    public static CodeDiagnostic? Read(PositionEncoding encoding, TextSnapshot snapshot, Diagnostic sent)
    {
        var range = encoding.Read(snapshot, sent.Range);
        if (!snapshot.TryOffsetOf(range.Start, out var start) || !snapshot.TryOffsetOf(range.End, out var end) || end < start || sent.Text.Length == 0)
            return null;
        var severity = sent.Severity is >= 1 and <= 4 and var number ? (DiagnosticSeverity)number : DiagnosticSeverity.Error;
        var code = sent.Code switch
        {
            { ValueKind: JsonValueKind.String } text => JsonText.Of(text),
            { ValueKind: JsonValueKind.Number } value => value.GetRawText(),
            _ => null,
        };
        return new(new(snapshot.PositionOf(start), snapshot.PositionOf(end)), severity, sent.Text, code, sent.Source);
    }
}
