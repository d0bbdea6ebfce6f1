using System.Text.Json.Nodes;

namespace CoderLsp.TypingBench;

/// <summary>At a line (from 0) of the text as it is after the edits before, so many lines were deleted and others inserted.</summary>
/// <param name="Insert">The lines, joined; null for none.</param>
sealed record Edit(int Line, int Delete, string? Insert);

/// <summary>How a commit changed a source file.</summary>
/// <param name="Repository"><c>owner/name</c>.</param>
/// <param name="Path">In the repository.</param>
/// <param name="Before">The whole text, lines ended by LF.</param>
/// <param name="AfterSha256">Of the text that the edits lead to, in UTF-8.</param>
sealed record Trace(string Repository, string Path, string Language, string Before, IReadOnlyList<Edit> Edits, string AfterSha256)
{
    public static IEnumerable<Trace> Read(string file) => File.ReadLines(file).Where(line => line.Length > 0).Select(line =>
    {
        var trace = JsonNode.Parse(line)!;
        return new Trace((string)trace["repo"]!, (string)trace["path"]!, (string)trace["language"]!, (string)trace["before"]!,
            [.. trace["edits"]!.AsArray().Select(edit => EditOf(edit!))], (string)trace["after_sha256"]!);
    });

    /// <summary>Characters before the first place that is edited.</summary>
    public int Lead => Before.Split('\n').Take(Edits[0].Line).Sum(line => line.Length + 1);

    static Edit EditOf(JsonNode edit) =>
        new((int)edit["line"]!, (int)edit["delete"]!, edit["insert"]!.AsArray() is { Count: > 0 } lines ? string.Join('\n', lines) : null);
}
