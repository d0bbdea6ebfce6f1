using System.Globalization;
using CoderLsp.Completion.Context;
using CoderLsp.Completion.Context.Retrieval;
using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Prompts;

/// <summary>Writes chunks of other places as the part of a prompt that stands before the document's text. Not safe for concurrent use.</summary>
sealed class ContextWriter(IInfillModel model, WorkspaceFiles files)
{
    // So many tokens of budget for each chunk, and how few are worth their path.
    const int TokensOfChunk = 130, FewestTokens = 40;

    // Lines above the focus: enough to recognise the place by.
    const int LinesBefore = 2;

    readonly TokenCache _cache = new(model);

    readonly record struct Piece(List<int> Tokens, SimilarChunk Chunk, int First, int End);

    /// <summary>How many chunks a budget is for.</summary>
    public static int Chunks(int budget) => Math.Clamp(budget / TokensOfChunk, 1, 3);

    /// <summary>Writes what fits; the best chunk last, next to the document.</summary>
    /// <param name="chunks">Best first.</param>
    /// <param name="budget">Most tokens.</param>
    public ContextPart Write(IReadOnlyList<SimilarChunk> chunks, TextSnapshot document, int budget)
    {
        var marker = LineComments.Marker(document.LanguageId);
        var own = _cache.EncodeOnce($"{marker}{NameOf(document.Uri)}\n");
        var left = budget - own.Length;
        var pieces = new List<Piece>();
        for (var i = 0; i < chunks.Count; i++)
        {
            if (Fit(chunks[i], marker, left / (chunks.Count - i)) is not { } piece) continue;
            pieces.Add(piece);
            left -= piece.Tokens.Count;
        }
        if (pieces.Count == 0) return ContextPart.None;
        pieces.Reverse();
        return new([.. pieces.SelectMany(piece => piece.Tokens), .. own], [.. pieces.Select(Described), new("path", own.Length)]);
    }

    /// <summary>From the first line on if all of it fits, else from the lines before the focus: what follows those is worth most.</summary>
    Piece? Fit(SimilarChunk chunk, string marker, int room)
    {
        var heading = _cache.EncodeOnce($"{marker}{files.NameOf(chunk.Path)}\n");
        if (room - heading.Length < FewestTokens) return null;
        var piece = Lines(chunk, chunk.FirstLine, heading, room);
        if (piece.End < chunk.EndLine) piece = Lines(chunk, Math.Max(chunk.FirstLine, chunk.Focus - LinesBefore), heading, room);
        return piece.End == piece.First ? null : piece;
    }

    Piece Lines(SimilarChunk chunk, int first, int[] heading, int room)
    {
        var (tokens, line) = (new List<int>(heading), first);
        for (; line < chunk.EndLine; line++)
        {
            // A last line without a break gets one: a path follows.
            var more = _cache.EncodeOnce($"{chunk.Source.Line(line)}\n");
            if (tokens.Count + more.Length > room) break;
            tokens.AddRange(more);
        }
        return new(tokens, chunk, first, line);
    }

    PromptPart Described(Piece piece) => new("similar", piece.Tokens.Count)
    {
        Source = new(files.NameOf(piece.Chunk.Path), piece.First + 1, piece.End,
            string.Create(CultureInfo.InvariantCulture, $"resembles the code at the cursor, {100 * piece.Chunk.Score:F0} of 100")),
    };

    string NameOf(string uri) => files.NameOf(DocumentUri.ToPath(uri) ?? DocumentUri.NameLike(uri));
}
