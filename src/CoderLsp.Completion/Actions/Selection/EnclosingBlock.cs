using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Actions.Selection;

/// <summary>
/// The function, or where there is none the type, around a line, with the comment and the attributes above it. Found by indentation,
/// brackets and the first words of lines alone, so that it holds for every language that is written with some order.
/// </summary>
static class EnclosingBlock
{
    // Looks no farther: a longer block fits into no prompt, and a menu must not wait.
    const int Reach = 1000;

    // Each level reads its block again, so that a text of nothing but indentation would take a second.
    const int MostLevels = 16;

    /// <summary>Null for a line outside of every block.</summary>
    public static SelectedLines? At(TextSnapshot snapshot, int line)
    {
        var reader = new BlockReader(snapshot, Math.Max(0, line - Reach), Math.Min(snapshot.LineCount, line + Reach));
        SelectedLines? widest = null;
        var header = reader.HeaderAt(line);
        for (var level = 0; header >= 0 && level < MostLevels; level++, header = reader.HeaderAround(header))
        {
            // A block that ends above the line is a neighbour: what looks like its body is a statement that goes on in the next line.
            if (reader.BlockOf(header) is not { } block || block.Last < line) continue;
            if (!reader.IsNamespace(header)) widest = block;
            if (reader.Declares(header)) break;
        }
        return widest is { } found ? new(reader.WithComment(found.First), found.Last) : null;
    }
}
