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

    // Entries that a query goes through to find candidates: the rarest words' lists. Those of the other words are only searched.
    const int MostLookedAt = 100_000;

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

    readonly record struct Term(Postings List, float Weight);

    /// <summary>A chunk that may be worth showing.</summary>
    /// <param name="First">Its first block.</param>
    /// <param name="Score">The sum so far.</param>
    /// <param name="Share">What makes of the sum the part of what the words themselves would get.</param>
    record struct Candidate(int First, int Blocks, float Score, double Share);

    readonly Dictionary<string, IndexedFile> _files = new(Paths.Comparer);
    readonly Dictionary<uint, Postings> _postings = [];
    readonly HashSet<uint> _words = [];
    Block[] _blocks = new Block[256];
    int[] _chunks = []; // scratch of Find: those that have a score
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
        if (_scores.Length < _count) (_scores, _chunks) = (new float[_blocks.Length], new int[_blocks.Length]);
        // A word that stands nowhere counts as one that stands once: a chunk without it is not the same.
        var terms = words.Select(word => (Word: word, List: _postings.GetValueOrDefault(word)))
            .OrderBy(term => term.List.Count).ThenBy(term => term.Word)
            .Select(term => new Term(term.List, (float)Math.Log((_count + 1.0) / Math.Max(1, term.List.Count)))).ToArray();
        var whole = terms.Sum(term => (double)term.Weight);
        var scale = whole == 0 ? 0 : Math.Sqrt(terms.Length) / whole;

        // MaxScore (Turtle and Flood 1995): the words are in the order of their weights. As soon as those that are left would not make a
        // chunk worth showing, no new ones can come, and their lists, by far the longest, are only searched for those that are still in.
        var (next, lookedAt, touched) = (0, 0, 0);
        for (; next < terms.Length && CanReach(terms.AsSpan(next), least / scale); next++)
        {
            if ((lookedAt += terms[next].List.Count) > MostLookedAt) break;
            touched = AddScores(terms[next], touched);
        }
        var rest = terms.AsSpan(next);
        var left = 0.0;
        foreach (var term in rest) left += term.Weight;
        var candidates = new List<Candidate>();
        foreach (var at in _chunks.AsSpan(0, touched))
        {
            var score = _scores[at];
            _scores[at] = 0;
            if (_blocks[at].File is not { } file || file.Family != family) continue;
            var (size, blocks) = (_blocks[at].Words, 1);
            if (at + 1 < file.First + file.Count) (size, blocks) = (size + _blocks[at + 1].Words, 2);
            else if (file.Count > 1) continue; // the last block alone: it is in the chunk before
            var share = scale / Math.Sqrt(Math.Max(1, size));
            if ((score + left) * share >= least) candidates.Add(new(at, blocks, score, share));
        }
        candidates.Sort((a, b) => a.First.CompareTo(b.First));
        // What falls behind enough others even with all that is left need not be looked for.
        if (Best(candidates, most, least, excludes) is var sure && sure.Count == most)
            candidates.RemoveAll(candidate => (candidate.Score + left) * candidate.Share < sure[^1].Score);
        foreach (var term in rest) AddScores(term, CollectionsMarshal.AsSpan(candidates));
        return Best(candidates, most, least, excludes);
    }

    /// <summary>The best candidates by their scores so far, one of each file, best first.</summary>
    List<FoundChunk> Best(List<Candidate> candidates, int most, double least, Func<string, int, int, bool> excludes)
    {
        var best = new List<FoundChunk>();
        foreach (var candidate in candidates)
        {
            var score = candidate.Score * candidate.Share;
            if (score < least || best.Count == most && score < best[^1].Score) continue;
            var file = _blocks[candidate.First].File!;
            var found = new FoundChunk(file.Path, _blocks[candidate.First].Line, EndOf(file, candidate.First, candidate.Blocks), score);
            var known = best.FindIndex(other => other.Path == found.Path);
            if (known >= 0 && Compare(best[known], found) <= 0 || excludes(found.Path, found.FirstLine, found.EndLine)) continue;
            if (known >= 0) best.RemoveAt(known);
            best.Insert(best.FindLastIndex(other => Compare(other, found) < 0) + 1, found);
            if (best.Count > most) best.RemoveAt(most);
        }
        return best;
    }

    /// <summary>Whether some words alone can give a chunk so much before its scale: k of them, the heaviest, to one of no fewer than k words.</summary>
    static bool CanReach(ReadOnlySpan<Term> terms, double least)
    {
        var sum = 0.0;
        for (var i = 0; i < terms.Length; i++)
            if ((sum += terms[i].Weight) >= least * Math.Sqrt(i + 1)) return true;
        return false;
    }

    /// <summary>Adds a word's weight to the chunks that it stands in: those that begin with its block, and those that end with it.</summary>
    int AddScores(Term term, int touched)
    {
        var before = -2;
        foreach (var block in term.List.Blocks.AsSpan(0, term.List.Count))
        {
            // The chunk that begins one block earlier, in the same file, has the word already if that block has it.
            if (before != block - 1 && _blocks[block].Line > 0) Add(block - 1);
            Add(block);
            before = block;
        }
        return touched;

        void Add(int chunk)
        {
            if (_scores[chunk] == 0) _chunks[touched++] = chunk;
            _scores[chunk] += term.Weight;
        }
    }

    /// <summary>Adds a word's weight to those of some chunks that it stands in, which are in the order of their blocks.</summary>
    static void AddScores(Term term, Span<Candidate> candidates)
    {
        var list = term.List.Blocks.AsSpan(0, term.List.Count);
        foreach (ref var candidate in candidates)
        {
            list = list[FirstNotBelow(list, candidate.First)..];
            if (list.IsEmpty) return;
            if (list[0] < candidate.First + candidate.Blocks) candidate.Score += term.Weight;
        }
    }

    /// <summary>Where in an ascending list the first number lies that is not below one: in steps that double, then by halves.</summary>
    static int FirstNotBelow(ReadOnlySpan<int> list, int number)
    {
        var (low, high) = (0, 1); // all before low are below
        while (high <= list.Length && list[high - 1] < number) (low, high) = (high, high * 2);
        high = Math.Min(high - 1, list.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (list[middle] < number) low = middle + 1;
            else high = middle;
        }
        return low;
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
