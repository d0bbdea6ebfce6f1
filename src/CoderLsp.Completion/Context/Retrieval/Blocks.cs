using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Context.Retrieval;

/// <summary>
/// Cuts a document into blocks of about 10 lines, each ending behind blank lines where some are near. Two neighbouring blocks are a
/// chunk, so that chunks of 20 lines begin every 10 lines and no word is counted twice.
/// </summary>
static class Blocks
{
    const int Lines = 10;

    // How far from its place a cut may lie.
    const int Tolerance = 3;

    /// <summary>The first line of each block.</summary>
    public static List<int> Of(TextSnapshot text)
    {
        var starts = new List<int>(text.LineCount / Lines + 1);
        for (var line = 0; line < text.LineCount; line = End(text, line)) starts.Add(line);
        return starts;
    }

    /// <summary>The line behind the block that begins with a line.</summary>
    public static int End(TextSnapshot text, int first)
    {
        var wanted = first + Lines;
        if (wanted >= text.LineCount) return text.LineCount;
        for (var away = 0; away <= Tolerance; away++)
        {
            if (IsBehindBlank(text, wanted - away)) return wanted - away;
            if (IsBehindBlank(text, wanted + away)) return wanted + away;
        }
        return wanted;
    }

    static bool IsBehindBlank(TextSnapshot text, int line) =>
        line < text.LineCount && text.Line(line - 1).IsWhiteSpace() && !text.Line(line).IsWhiteSpace();
}
