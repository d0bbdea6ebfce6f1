using System.Runtime.InteropServices;
using CoderLsp.Completion.Context.Files;
using CoderLsp.Completion.Context.Retrieval;
using CoderLsp.Completion.Documents;
using CoderLsp.Completion.Prompts;

namespace CoderLsp.Completion.Context.Recall;

/// <summary>
/// Remembers, in the tokens of one model, the document that is written in and the workspace's other files: these in the background, as
/// many as there is room for, nearest first.
/// </summary>
sealed class ProjectRecall : ITokenExpectation, IDisposable
{
    // 24 MB for 6 MB of source; a file of more than a quarter of that is data.
    const int ProjectTokens = 2_000_000, DocumentTokens = 1 << 17;

    // Lines of a long document that are remembered, above the cursor and below, and the step in which the first of them moves.
    const int Reach = 2_000, Step = 1_000;

    // Vocabularies have tokens for so many blanks at most, or hardly any more.
    const int LongestBlank = 64;

    readonly IInfillModel _model;
    readonly TokenRecall _recall;
    readonly WorkspaceReader _reader;
    readonly Taker _taker;
    readonly TokenCache _cache;
    readonly Lock _gate = new(); // around the document
    string? _path;
    (string Uri, int Line)? _place; // that the document was taken in for

    /// <param name="reader">Reads the workspace for it, until it is disposed of.</param>
    public ProjectRecall(IInfillModel model, WorkspaceReader reader)
    {
        (_model, _reader, _cache, _taker) = (model, reader, new(model), new(this));
        _recall = new(DocumentTokens, ProjectTokens, BlankTokens(model));
        reader.Add(_taker);
    }

    public int Expect(ReadOnlySpan<int> text, Span<int> tokens, Span<float> probabilities) => _recall.Expect(text, tokens, probabilities);

    /// <summary>
    /// Tells what is written in: nothing is done as long as that is the same line. Else the cost is that of the lines that have changed, about.
    /// </summary>
    public void SetDocument(TextSnapshot text, int cursor)
    {
        string? left = null;
        var line = text.LineAt(cursor);
        lock (_gate)
        {
            if (_place == (text.Uri, line)) return;
            _place = (text.Uri, line);
            var path = DocumentUri.ToPath(text.Uri) is { } uriPath ? Paths.Normal(uriPath) : null;
            if (path != _path)
            {
                (left, _path) = (_path, path);
                if (path is not null) _recall.RemoveFile(path); // as it is on disk it says what was, not what is
            }
            var first = Math.Max(0, line - Reach) / Step * Step;
            var before = Encode(text, first, line);
            var behind = new List<int>(_cache.EncodeOnce(text.Slice(cursor, text.LineStart(line + 1))));
            behind.AddRange(Encode(text, line + 1, Math.Min(text.LineCount, line + Reach)));
            _recall.SetDocument(CollectionsMarshal.AsSpan(before), CollectionsMarshal.AsSpan(behind));
        }
        if (left is not null) _reader.Read(left);
    }

    /// <summary>A document was closed: opened again, it may be another one.</summary>
    public void Forget(string uri)
    {
        lock (_gate)
            if (_place?.Uri == uri) _place = null;
    }

    public void Dispose() => _reader.Remove(_taker);

    /// <summary>The tokens of white space as code has it: what a text of nothing else is made of.</summary>
    static HashSet<int> BlankTokens(IInfillModel model)
    {
        var tokens = new List<int>();
        foreach (var character in " \t\n")
            for (var length = 1; length <= LongestBlank; length++) model.Encode(new string(character, length), tokens);
        return [.. tokens];
    }

    /// <summary>The tokens of some lines, block by block: a block that has not changed is remembered.</summary>
    List<int> Encode(TextSnapshot text, int first, int end)
    {
        var tokens = new List<int>();
        for (var line = first; line < end;)
        {
            var next = Math.Min(end, Blocks.End(text, line));
            tokens.AddRange(_cache.Encode(text.Slice(text.LineStart(line), text.LineStart(next))));
            line = next;
        }
        return tokens;
    }

    sealed class Taker(ProjectRecall recall) : IFileTaker
    {
        public bool IsFull { get; private set; }

        public void Clear()
        {
            IsFull = false;
            lock (recall._gate) recall._place = null;
            recall._recall.Clear();
        }

        public void Take(string path, TextSnapshot? text)
        {
            lock (recall._gate)
                if (path.Equals(recall._path, Paths.Comparison)) return;
            if (text is null || text.Length > ProjectTokens / 4)
            {
                recall._recall.RemoveFile(path);
                return;
            }
            var tokens = new List<int>(text.Length / 2);
            recall._model.Encode(text.Text.Contains('\r') ? text.Text.ReplaceLineEndings("\n") : text.Text, tokens);
            IsFull = !recall._recall.SetFile(path, CollectionsMarshal.AsSpan(tokens));
        }
    }
}
