using System.Collections.Concurrent;
using CoderLsp.Completion.Context;
using CoderLsp.Completion.Context.Recall;
using CoderLsp.Completion.Context.Retrieval;
using CoderLsp.Completion.Documents;
using CoderLsp.Completion.Prompts;

namespace CoderLsp.Completion.Inline;

/// <summary>
/// The project as the prompts of one model have it. What of other files stands before a document's text is frozen for an epoch, byte for
/// byte, since all that follows it has to be computed anew with it: an epoch ends when the cursor rests in another place and there is
/// something there that is clearly more like it. So a keystroke looks for nothing.
/// </summary>
sealed class ProjectView : IDisposable
{
    static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);
    const double ClearlyBetter = 1.25;

    // Of the context window for chunks of other places: 150 tokens of the seedling's 1,024.
    const int ShareOfContext = 7, MostTokens = 400;

    // Below that, code has the language's words in common and little else.
    const double LeastScore = 0.25;

    const int Looked = 3; // the best chunks, to find the one among them that is shown now

    // The window's tokens are taken to be so long: what lies in the window is no other place.
    const int CharactersPerToken = 3;

    readonly ProjectContext _project;
    readonly ProjectRecall? _recall;
    readonly ContextWriter _writer;
    readonly bool _hasSuffix;
    readonly TimeProvider _time;
    readonly ConcurrentDictionary<string, Epoch> _epochs = [];

    sealed class Epoch
    {
        public ContextPart Part { get; set; } = ContextPart.None;
        public string? Path { get; set; } // of the best chunk in it
        public int Anchor { get; set; } = -1; // where it was last looked for something better
        public long Asked { get; set; }
    }

    public ProjectView(IInfillModel model, ProjectContext project, TimeProvider time)
    {
        (_project, _writer, _hasSuffix, _time) = (project, new(model, project.Files), model.Format.Order != InfillOrder.None, time);
        if (model.IsSmall) _recall = new(model, project.Reader);
        project.Files.Renewed += _epochs.Clear;
    }

    public ProjectContext Project => _project;

    /// <summary>What is expected next from elsewhere; null for models that need no such help.</summary>
    public ITokenExpectation? Expectation => _recall;

    /// <summary>What stands before the document's text in the prompt of a cursor.</summary>
    /// <param name="anchor">Where this burst of typing began.</param>
    /// <param name="budget">Of the whole prompt, in tokens.</param>
    public ContextPart PartFor(TextSnapshot text, int cursor, int anchor, int budget)
    {
        var epoch = _epochs.GetOrAdd(text.Uri, _ => new());
        var part = Look(epoch, text, cursor, anchor, budget);
        epoch.Asked = _time.GetTimestamp();
        return part;
    }

    /// <summary>The same for a prompt that is computed before it is asked for.</summary>
    public ContextPart PartAhead(TextSnapshot text, int cursor, int anchor, int budget) =>
        Look(_epochs.GetOrAdd(text.Uri, _ => new()), text, cursor, anchor, budget);

    /// <summary>What stands before the document's text now.</summary>
    public ContextPart PartNow(TextSnapshot text) => _epochs.GetValueOrDefault(text.Uri)?.Part ?? ContextPart.None;

    ContextPart Look(Epoch epoch, TextSnapshot text, int cursor, int anchor, int budget)
    {
        _project.Begin();
        _recall?.SetDocument(text, cursor);
        if (anchor == epoch.Anchor || epoch.Anchor >= 0 && _time.GetElapsedTime(epoch.Asked) < Rest) return epoch.Part;
        epoch.Anchor = anchor;
        if (!_project.OffersChunks) return epoch.Part;
        var share = Math.Min(budget / ShareOfContext, MostTokens);
        var from = Math.Max(0, anchor - budget * CharactersPerToken);
        var to = _hasSuffix ? Math.Min(text.Length, cursor + budget / 4 * CharactersPerToken) : cursor;
        var found = _project.Index.Find(text, cursor, from, to, Looked, LeastScore);
        if (found.Count == 0 || found[0].Score <= ClearlyBetter * ScoreNow(epoch, found)) return epoch.Part;
        epoch.Part = _writer.Write([.. found.Take(ContextWriter.Chunks(share))], text, share);
        epoch.Path = found[0].Path;
        return epoch.Part;
    }

    public void Forget(string uri)
    {
        _epochs.TryRemove(uri, out _);
        _recall?.Forget(uri);
    }

    public void Dispose()
    {
        _project.Files.Renewed -= _epochs.Clear;
        _recall?.Dispose();
    }

    /// <summary>How much what is shown resembles the place where the cursor is now; at most that, where it is not among the best.</summary>
    static double ScoreNow(Epoch epoch, IReadOnlyList<SimilarChunk> found)
    {
        if (epoch.Path is null) return 0;
        return found.FirstOrDefault(chunk => chunk.Path == epoch.Path)?.Score ?? (found.Count < Looked ? LeastScore / ClearlyBetter : found[^1].Score);
    }
}
