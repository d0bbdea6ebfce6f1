using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Actions.Instructions;

/// <summary>The diagnostics that are worth to be shown for a selection.</summary>
static class NearestProblems
{
    const int Reach = 3; // lines above the selection and below it
    const int Most = 10;

    /// <summary>Those in the range or near it: the worst first, then by place.</summary>
    public static IReadOnlyList<CodeDiagnostic> Of(TextSnapshot snapshot, TextRange range, IReadOnlyList<CodeDiagnostic> diagnostics) =>
    [
        .. diagnostics
            .Where(d => (uint)d.Range.Start.Line < (uint)snapshot.LineCount)
            .Where(d => d.Range.Start.Line <= range.End.Line + Reach && d.Range.End.Line >= range.Start.Line - Reach)
            .OrderBy(d => d.Severity)
            .ThenBy(d => d.Range.Start)
            .Take(Most),
    ];
}
