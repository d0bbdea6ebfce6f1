using System.Text.Json.Nodes;

namespace CoderLsp.ContextBench;

/// <summary>A place in a repository where the rest of a line was cut out.</summary>
/// <param name="Number">In its file of holes, from 0.</param>
/// <param name="Start">Where the cut begins, in Unicode code points into the file.</param>
/// <param name="End">Behind the cut.</param>
/// <param name="Kind"><c>cross-file</c>: it begins with a name that stands in other files only; else <c>in-file</c>.</param>
sealed record Hole(int Number, string Repository, string Path, string Language, int Start, int End, string Middle, string Kind)
{
    public static List<Hole> Read(string file) => [.. File.ReadLines(file).Where(line => line.Length > 0).Select((line, number) =>
    {
        var hole = JsonNode.Parse(line)!;
        return new Hole(number, (string)hole["repo"]!, (string)hole["path"]!, (string)hole["language"]!,
            (int)hole["start"]!, (int)hole["end"]!, (string)hole["middle"]!, (string)hole["kind"]!);
    })];

    /// <summary>The file without what was cut out, and the cursor's offset.</summary>
    public (string Text, int Cursor) Cut(string file)
    {
        var (start, end) = (OffsetOf(file, Start), OffsetOf(file, End));
        if (file[start..end] != Middle) throw new InvalidDataException($"Hole {Number} does not fit {Path}.");
        return (string.Concat(file.AsSpan(0, start), file.AsSpan(end)), start);
    }

    static int OffsetOf(string text, int codePoints)
    {
        var offset = 0;
        for (; codePoints > 0; codePoints--) offset += char.IsHighSurrogate(text[offset]) ? 2 : 1;
        return offset;
    }
}
