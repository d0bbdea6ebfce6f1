using CoderLsp.Completion.Documents;
using CoderLsp.Completion.Inline;

namespace CoderLsp.Completion.Context.Retrieval;

/// <summary>The words that say what the code at a cursor is about: those of the lines above it and of the headers that it stands under.</summary>
static class CursorWords
{
    const int Lines = 20;
    const int MostHeaders = 3;
    const int Reach = 300; // lines to look at for headers

    public static HashSet<uint> Of(TextSnapshot text, int cursor)
    {
        var words = new HashSet<uint>();
        var line = text.LineAt(cursor);
        var first = Math.Max(0, line - Lines);
        Subwords.Collect(text.Slice(text.LineStart(first), cursor), words);
        foreach (var header in Headers(text, line))
            if (header < first) Subwords.Collect(text.Line(header), words);
        return words;
    }

    /// <summary>The line of some that resembles the cursor's line with the two above it most; the first of several.</summary>
    public static int MostAlike(TextSnapshot text, int cursor, TextSnapshot other, int first, int end)
    {
        var near = new HashSet<uint>();
        Subwords.Collect(text.Slice(text.LineStart(LinesAbove(text, text.LineAt(cursor), 0)), cursor), near);
        var words = new HashSet<uint>();
        var (best, found) = (0.0, first);
        for (var line = first; line < end; line++)
        {
            words.Clear();
            Subwords.Collect(other.Slice(other.LineStart(LinesAbove(other, line, first)), other.LineEnd(line)), words);
            var alike = words.Count(near.Contains) / Math.Sqrt(Math.Max(1, words.Count));
            if (alike > best) (best, found) = (alike, line);
        }
        return found;
    }

    /// <summary>The line two above one, blank lines not counted.</summary>
    static int LinesAbove(TextSnapshot text, int line, int first)
    {
        for (var count = 0; line > first && count < 2;)
            if (!text.Line(--line).IsWhiteSpace()) count++;
        return line;
    }

    /// <summary>The nearest lines above with less and less indentation.</summary>
    static IEnumerable<int> Headers(TextSnapshot text, int line)
    {
        var columns = text.Line(line).IsWhiteSpace() ? int.MaxValue : Indentation.Columns(text.Line(line));
        var found = 0;
        for (var i = line - 1; i >= Math.Max(0, line - Reach) && found < MostHeaders && columns > 0; i--)
        {
            var above = text.Line(i);
            if (above.TrimStart() is not [var begin, ..] || !char.IsLetter(begin) || Indentation.Columns(above) >= columns) continue;
            columns = Indentation.Columns(above);
            found++;
            yield return i;
        }
    }
}
