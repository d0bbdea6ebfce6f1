using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Chat;

/// <summary>A file, or lines of one, that a conversation is about.</summary>
/// <param name="Name">As the model sees it: a file's name, or its path within the project.</param>
/// <param name="FirstLine">From 1, where it is not the whole file.</param>
public sealed record Attachment(string Name, string LanguageId, string Text, int? FirstLine = null)
{
    /// <summary>The document, or the lines that a range touches; an empty range is the whole document.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range does not exist.</exception>
    public static Attachment Of(string name, TextSnapshot snapshot, TextRange? range)
    {
        if (range is not { } part || part.Start == part.End) return new(name, snapshot.LanguageId, snapshot.Text);
        var (start, end) = (snapshot.OffsetOf(part.Start), snapshot.OffsetOf(part.End));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, end, nameof(range));
        // A range that ends at the start of a line does not touch it.
        var last = snapshot.LineAt(end);
        if (last > part.Start.Line && end == snapshot.LineStart(last)) last--;
        return new(name, snapshot.LanguageId, snapshot.Slice(snapshot.LineStart(part.Start.Line), snapshot.LineEnd(last)).ToString(), part.Start.Line + 1);
    }

    /// <summary>As it stands in a message.</summary>
    /// <param name="lines">How many lines of it; the rest is said to be left out.</param>
    internal string Shown(int lines = int.MaxValue)
    {
        var all = Text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        var kept = string.Join('\n', all.Take(lines));
        var from = FirstLine is { } first ? $", from line {first}" : "";
        var cut = lines < all.Length ? $" (the first {lines} of {all.Length} lines)" : "";
        return $"`{Name}`{from}{cut}:\n{CodeFence.Around(kept, LanguageId)}\n";
    }

    internal int LineCount => Text.AsSpan().TrimEnd("\r\n").Count('\n') + 1;
}
