using CoderLsp.Completion.Context.Files;
using CoderLsp.Completion.Context.Outlines;
using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Context.Related;

/// <summary>A file, or a definition in one, that an instruction prompt takes along.</summary>
/// <param name="Path">Full.</param>
/// <param name="Text">All of it where it is short; else the declarations with the lines around the names that are used.</param>
/// <param name="Reason">Why it was chosen, for people: <c>imported in line 3</c>.</param>
public sealed record RelatedSource(string Path, string Text, string Reason)
{
    /// <summary>The lines of a definition, counted from 1; null for a file.</summary>
    public (int First, int Last)? Lines { get; init; }
}

/// <summary>The files that a selection most likely depends on: those that imports name, and those named like types in the selection.</summary>
public static class RelatedFiles
{
    const int MostCandidates = 64;
    const int WholeCharacters = 4_000;
    const int OutlineCharacters = 3_000;

    /// <summary>Up to <paramref name="most"/> files: first what the selection names, then what is imported; the same every time.</summary>
    /// <param name="range">The selection; an empty one means that only imports count.</param>
    public static IReadOnlyList<RelatedSource> Find(
        TextSnapshot snapshot, TextRange range, WorkspaceFiles files, int most = 4, CancellationToken cancellation = default)
    {
        if (DocumentUri.ToPath(snapshot.Uri) is not { } uriPath || files.Files == ContextFiles.Off) return [];
        var self = Paths.Normal(uriPath);
        var (start, end) = (snapshot.OffsetOf(range.Start), snapshot.OffsetOf(range.End));
        var used = Identifiers.In(snapshot.Slice(start, Math.Max(start, end)));

        var result = new List<RelatedSource>();
        var seen = new HashSet<string>(Paths.Comparer) { self };
        var candidates = TypeFiles.Of(snapshot.LanguageId, self, used, files, cancellation).Concat(
            Imports.Of(snapshot, self, files, cancellation).OrderByDescending(import => used.Overlaps(import.Names))
                .Select(import => (import.Path, import.Reason)));
        foreach (var (path, reason) in candidates.Take(MostCandidates))
        {
            if (result.Count >= most) break;
            cancellation.ThrowIfCancellationRequested();
            if (!seen.Add(Paths.Normal(path)) || files.TryRead(path) is not { Length: > 0 } text) continue;
            result.Add(new(path, Relevant(path, text, used), reason));
        }
        return result;
    }

    /// <summary>All of a short file; of a long one the outline, then the bodies of the declarations that the selection names.</summary>
    static string Relevant(string path, string text, HashSet<string> used)
    {
        if (text.Length <= WholeCharacters) return text;
        var snapshot = new TextSnapshot(DocumentUri.Of(path), LanguageIds.OfFile(path), 0, text);
        var outline = Outline.TextOf(snapshot, OutlineCharacters);
        if (outline.Length == 0) return snapshot.Slice(0, snapshot.LineStart(snapshot.LineAt(WholeCharacters))).ToString();
        var lines = Outline.Of(snapshot);
        for (var i = 0; i < lines.Count; i++)
        {
            // A type's body is its members; those that are named come themselves.
            var next = i + 1 < lines.Count ? lines[i + 1] : new(snapshot.LineCount, 0, "");
            if (next.Depth > lines[i].Depth || !used.Overlaps(Identifiers.In(lines[i].Text.AsSpan(..NameEnd(lines[i].Text))))) continue;
            var body = snapshot.Slice(snapshot.LineStart(lines[i].Line), snapshot.LineStart(next.Line));
            if (outline.Length + body.Length <= WholeCharacters) outline += $"\n{body.TrimEnd()}\n";
        }
        return outline;
    }

    static int NameEnd(string signature) => signature.IndexOf('(') is var open and > 0 ? open : signature.Length;
}
