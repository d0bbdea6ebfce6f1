using CoderLsp.Completion.Context.Files;
using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Context.Retrieval;

/// <summary>
/// Knows where the workspace has code like that at a cursor. Keeps numbers of words only: texts are read anew from where they lie, by the
/// rules in force then. Open documents are looked at when it is asked. May be used from any thread.
/// </summary>
public sealed class ProjectIndex
{
    // What follows a chunk belongs to it: it is what the user is about to write.
    const int LinesBehind = 20;

    readonly WorkspaceFiles _files;
    readonly IOpenDocuments _open;
    readonly WorkspaceReader _reader;
    readonly Taker _taken = new();

    /// <param name="reader">Reads the workspace for it.</param>
    internal ProjectIndex(WorkspaceFiles files, IOpenDocuments open, WorkspaceReader reader)
    {
        (_files, _open, _reader) = (files, open, reader);
        reader.Add(_taken);
    }

    /// <summary>Files taken in so far.</summary>
    public int FileCount
    {
        get { lock (_taken.Gate) return _taken.Index.FileCount; }
    }

    /// <summary>Chunks of other places that resemble the code before a cursor; best first, one of each file at most.</summary>
    /// <param name="from">Offset of the first character that stands in the prompt anyway.</param>
    /// <param name="to">Offset behind the last one.</param>
    /// <param name="most">How many.</param>
    /// <param name="least">The lowest score, 0 to 1.</param>
    public IReadOnlyList<SimilarChunk> Find(TextSnapshot text, int cursor, int from, int to, int most, double least)
    {
        if (_files.Files == ContextFiles.Off) return [];
        Refresh();
        var words = CursorWords.Of(text, cursor);
        var self = DocumentUri.ToPath(text.Uri) is { } path ? Paths.Normal(path) : "";
        var (first, last) = (text.LineAt(from), text.LineAt(to));
        List<FoundChunk> found;
        lock (_taken.Gate)
            found = _taken.Index.Find(words, text.LanguageId, most, least,
                (file, start, end) => file.Equals(self, Paths.Comparison) && start <= last && end > first - LinesBehind);
        return [.. found.Select(chunk => WithText(chunk, chunk.Path.Equals(self, Paths.Comparison) ? text : null)).OfType<SimilarChunk>()];

        SimilarChunk? WithText(FoundChunk chunk, TextSnapshot? document)
        {
            if (document is null && _files.TryRead(chunk.Path) is { } read) document = new("", "", 0, read);
            // The file may be gone, or have become shorter, since it was taken in.
            if (document is null || chunk.FirstLine >= document.LineCount) return null;
            // What follows the last line break is no line worth showing where nothing follows.
            var lines = Math.Max(chunk.FirstLine + 1, document.Line(document.LineCount - 1).IsEmpty ? document.LineCount - 1 : document.LineCount);
            var end = Math.Min(lines, chunk.EndLine);
            var focus = CursorWords.MostAlike(text, cursor, document, chunk.FirstLine, end);
            return new(chunk.Path, document, chunk.FirstLine, focus, Math.Min(lines, end + LinesBehind), chunk.Score);
        }
    }

    /// <summary>Takes in the open documents that have changed, and those on disk that were open.</summary>
    void Refresh()
    {
        var open = new Dictionary<string, TextSnapshot>(Paths.Comparer);
        foreach (var path in _open.Paths.Select(Paths.Normal))
            if (_open.Find(path) is { Length: <= TextFile.MaxBytes } text && _files.IsAllowed(path)) open[path] = text;
        foreach (var path in _taken.TakeOpen(open)) _reader.Read(path);
    }

    sealed class Taker : IFileTaker
    {
        readonly Dictionary<string, TextSnapshot> _open = new(Paths.Comparer); // documents as they were taken in

        public Lock Gate { get; } = new();

        public ChunkIndex Index { get; private set; } = new();

        public void Clear()
        {
            lock (Gate)
            {
                Index = new();
                _open.Clear();
            }
        }

        public bool IsFull
        {
            get { lock (Gate) return Index.IsFull; }
        }

        public void Take(string path, TextSnapshot? text)
        {
            lock (Gate)
            {
                _open.Remove(path);
                if (text is null) Index.Remove(path);
                else Index.Put(path, text);
            }
        }

        /// <summary>The paths of those that are open no more.</summary>
        public List<string> TakeOpen(Dictionary<string, TextSnapshot> open)
        {
            lock (Gate)
            {
                foreach (var (path, text) in open)
                {
                    if (_open.TryGetValue(path, out var known) && known == text) continue;
                    Index.Put(path, text);
                    _open[path] = text;
                }
                return [.. _open.Keys.Where(path => !open.ContainsKey(path))];
            }
        }
    }
}
