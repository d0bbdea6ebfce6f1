using System.Runtime.InteropServices;
using CoderLsp.Completion.Context.Files;
using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Context.Retrieval;

/// <summary>Where a chunk lies.</summary>
/// <param name="FirstLine">0-based.</param>
/// <param name="EndLine">Behind its last line.</param>
/// <param name="Score">1 for the same words, 0 for none in common.</param>
readonly record struct FoundChunk(string Path, int FirstLine, int EndLine, double Score);

/// <summary>
/// Which words stand in which chunks of the files: for each word a list of blocks, in the order of their numbers. Holds no text.
/// What is replaced stays in the lists until as much is dead as alive, and is then taken out at once. Not safe for concurrent use.
/// </summary>
/// <param name="mostPostings">Entries of all lists together; files that would not fit are left out.</param>
sealed class ChunkIndex(int mostPostings = ChunkIndex.MostPostings)
{
    // 4 bytes each and up to a half more for lists that grow: some 80 MB, for 300 MB of source text.
    public const int MostPostings = 14_000_000;

    // Words that stand in so many places tell little and cost most: a query looks at the rarest ones.
    const int MostLookedAt = 400_000;

    const int FewestDead = 4_096; // below that, taking them out does not pay

    // Letters of a block that count: more are a minified line or data.
    const int MostCharacters = 4_000;

    sealed class IndexedFile(string path, string family)
    {
        public string Path => path;
        public string Family => family;
        public int First { get; set; }
        public int Count { get; set; }
    }

    struct Postings
    {
        public int[] Blocks;
        public int Count;
    }

    struct Block
    {
        public IndexedFile? File; // null: dead
        public int Line, Words;
    }

    readonly Dictionary<string, IndexedFile> _files = new(Paths.Comparer);
    readonly Dictionary<uint, Postings> _postings = [];
    readonly HashSet<uint> _words = [];
    Block[] _blocks = new Block[256];
    int[] _lines = []; // scratch of Find
    float[] _scores = [];
    int _count, _dead, _total;

    public int FileCount => _files.Count;

    /// <summary>Whether there was no room for a file.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Takes in a file's text, in the place of what was known of it.</summary>
    /// <param name="path">A normal path.</param>
    public void Put(string path, TextSnapshot text)
    {
        Remove(path);
        if (_total >= mostPostings)
        {
            IsFull = true;
            return;
        }
        var file = new IndexedFile(path, LanguageFamily.Of(text.LanguageId)) { First = _count };
        var starts = Retrieval.Blocks.Of(text);
        for (var i = 0; i < starts.Count; i++)
        {
            var from = text.LineStart(starts[i]);
            var to = i + 1 < starts.Count ? text.LineStart(starts[i + 1]) : text.Length;
            _words.Clear();
            Subwords.Collect(text.Slice(from, Math.Min(to, from + MostCharacters)), _words);
            Add(file, starts[i]);
        }
        file.Count = _count - file.First;
        _files.Add(path, file);
    }

    public void Remove(string path)
    {
        if (!_files.Remove(path, out var file)) return;
        for (var i = file.First; i < file.First + file.Count; i++)
        {
            _blocks[i].File = null;
            _dead++;
        }
        if (_dead > FewestDead && _dead > _count / 2) Compact();
    }

    /// <summary>Takes the dead entries out of all lists.</summary>
    public void Compact()
    {
        var renamed = new int[_count];
        var alive = 0;
        for (var i = 0; i < _count; i++)
        {
            renamed[i] = _blocks[i].File is null ? -1 : alive;
            if (_blocks[i].File is not { } file) continue;
            if (file.First == i) file.First = alive;
            _blocks[alive++] = _blocks[i];
        }
        (_count, _dead, _total) = (alive, 0, 0);
        foreach (var word in _postings.Keys.ToArray())
        {
            ref var list = ref CollectionsMarshal.GetValueRefOrNullRef(_postings, word);
            var kept = 0;
            foreach (var block in list.Blocks.AsSpan(0, list.Count))
                if (renamed[block] >= 0) list.Blocks[kept++] = renamed[block];
            list.Count = kept;
            _total += kept;
            if (kept == 0) _postings.Remove(word);
        }
        IsFull = false;
    }

    /// <summary>
    /// The chunks that have most in common with some words: the sum of the common words' weights ln(blocks / blocks with the word) over
    /// the root of the chunk's number of words, in parts of what the words themselves would get. Best first, one of each file at most.
    /// </summary>
    /// <param name="most">How many.</param>
    /// <param name="least">The lowest score.</param>
    /// <param name="excludes">Tells what must not come: path, first line, line behind the last.</param>
    public List<FoundChunk> Find(HashSet<uint> words, string languageId, int most, double least, Func<string, int, int, bool> excludes)
    {
        var family = LanguageFamily.Of(languageId);
        if (_scores.Length < _count) (_scores, _lines) = (new float[_blocks.Length], new int[_blocks.Length]);
        var whole = 0.0;
        var touched = 0;
        var lookedAt = 0;
        foreach (var (word, count) in words.Select(word => (Word: word, _postings.GetValueOrDefault(word).Count)).OrderBy(x => x.Count).ThenBy(x => x.Word))
        {
            // A word that stands nowhere counts as one that stands once: a chunk without it is not the same.
            var weight = (float)Math.Log((_count + 1.0) / Math.Max(1, count));
            whole += weight;
            if ((lookedAt += count) > MostLookedAt) continue;
            touched = AddScores(_postings.GetValueOrDefault(word), weight, touched);
        }

        var best = new Dictionary<string, FoundChunk>(Paths.Comparer);
        var scale = whole == 0 ? 0 : Math.Sqrt(words.Count) / whole;
        for (var i = 0; i < touched; i++)
        {
            var at = _lines[i];
            var score = _scores[at];
            _scores[at] = 0;
            if (_blocks[at].File is not { } file || file.Family != family) continue;
            var (size, end) = (_blocks[at].Words, EndOf(file, at, 1));
            if (at + 1 < file.First + file.Count) (size, end) = (size + _blocks[at + 1].Words, EndOf(file, at, 2));
            else if (file.Count > 1) continue; // the last block alone: it is in the chunk before
            var found = new FoundChunk(file.Path, _blocks[at].Line, end, score * scale / Math.Sqrt(Math.Max(1, size)));
            if (found.Score < least || best.TryGetValue(file.Path, out var other) && Compare(other, found) <= 0) continue;
            if (!excludes(found.Path, found.FirstLine, found.EndLine)) best[file.Path] = found;
        }
        var result = best.Values.ToList();
        result.Sort(Compare);
        if (result.Count > most) result.RemoveRange(most, result.Count - most);
        return result;
    }

    /// <summary>Adds a word's weight to the chunks that it stands in: those that begin with its block, and those that end with it.</summary>
    int AddScores(Postings list, float weight, int touched)
    {
        var before = -2;
        foreach (var block in list.Blocks.AsSpan(0, list.Count))
        {
            // The chunk that begins one block earlier has the word already if that block has it.
            if (block > 0 && before != block - 1 && _blocks[block - 1].File == _blocks[block].File) Add(block - 1);
            Add(block);
            before = block;
        }
        return touched;

        void Add(int chunk)
        {
            if (_scores[chunk] == 0) _lines[touched++] = chunk;
            _scores[chunk] += weight;
        }
    }

    void Add(IndexedFile file, int line)
    {
        if (_count == _blocks.Length) Array.Resize(ref _blocks, _blocks.Length * 2);
        foreach (var word in _words)
        {
            ref var list = ref CollectionsMarshal.GetValueRefOrAddDefault(_postings, word, out _);
            if (list.Blocks is null) list.Blocks = new int[2];
            else if (list.Count == list.Blocks.Length) Array.Resize(ref list.Blocks, list.Count + list.Count / 2 + 1);
            list.Blocks[list.Count++] = _count;
        }
        _blocks[_count++] = new() { File = file, Line = line, Words = _words.Count };
        _total += _words.Count;
    }

    int EndOf(IndexedFile file, int block, int blocks) =>
        block + blocks < file.First + file.Count ? _blocks[block + blocks].Line : int.MaxValue;

    // The place decides where the score does not, so that the order in which files were taken in changes nothing.
    static int Compare(FoundChunk a, FoundChunk b)
    {
        var byScore = b.Score.CompareTo(a.Score);
        if (byScore != 0) return byScore;
        var byPath = string.CompareOrdinal(a.Path, b.Path);
        return byPath != 0 ? byPath : a.FirstLine.CompareTo(b.FirstLine);
    }
}
