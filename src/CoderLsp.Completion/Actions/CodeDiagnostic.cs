using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Actions;

/// <summary>How bad a diagnostic is; the numbers are the LSP's.</summary>
public enum DiagnosticSeverity
{
    Error = 1,
    Warning = 2,
    Information = 3,
    Hint = 4,
}

/// <summary>What a compiler or an analyser says about a place in a document.</summary>
/// <param name="Code">Its own name for the problem, <c>CS0103</c>; null for none.</param>
/// <param name="Source">Who says so, <c>csharp</c>; null for none.</param>
public sealed record CodeDiagnostic(
    TextRange Range, DiagnosticSeverity Severity, string Message, string? Code = null, string? Source = null);
