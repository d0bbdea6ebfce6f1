using CoderLsp.Completion.Context.Retrieval;
using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Tests.Context.Retrieval;

public class ChunkIndexTests
{
    [Theory]
    [InlineData("HttpClient", "http_client")]
    [InlineData("httpClient", "HTTPClient")]
    [InlineData("READ_ALL", "readAll")]
    [InlineData("größeÄndern", "größe_ändern")]
    public void Identifiers_of_any_style_have_the_same_words(string one, string other) => Words(one).SetEquals(Words(other)).ShouldBeTrue();

    [Fact]
    public void Single_letters_digits_and_endless_runs_are_no_words() => Words("a + b2 == 17 " + new string('x', 5000)).ShouldBeEmpty();

    [Fact]
    public void The_same_code_gets_the_full_score_and_unlike_code_is_not_found()
    {
        var index = new ChunkIndex();
        index.Put("/a.cs", Text("var invoice = LoadInvoice(customer);"));
        index.Put("/b.cs", Text("matrix.Transpose();"));
        var found = Find(index, "var invoice = LoadInvoice(customer);");
        found.ShouldHaveSingleItem().Path.ShouldBe("/a.cs");
        found[0].Score.ShouldBe(1, 1e-5);
    }

    [Fact]
    public void One_chunk_of_each_file_comes_best_first_and_not_what_is_excluded()
    {
        var index = new ChunkIndex();
        index.Put("/near.cs", Text("alpha beta gamma delta" + new string('\n', 40) + "alpha beta gamma delta"));
        index.Put("/half.cs", Text("alpha beta"));
        Find(index, "alpha beta gamma delta").Select(chunk => chunk.Path).ShouldBe(["/near.cs", "/half.cs"]);
        index.Find(Words("alpha beta gamma delta"), "csharp", 1, 0.01, (_, _, _) => false).Single().FirstLine.ShouldBe(0);
        var other = index.Find(Words("alpha beta gamma delta"), "csharp", 1, 0.01, (_, first, _) => first == 0).Single();
        other.Path.ShouldBe("/near.cs");
        other.FirstLine.ShouldBeGreaterThan(10);
    }

    [Fact]
    public void Only_languages_that_help_each_other_are_looked_at()
    {
        var index = new ChunkIndex();
        index.Put("/a.py", new("", "python", 0, "alpha beta"));
        index.Put("/a.tsx", new("", "typescriptreact", 0, "alpha beta"));
        Find(index, "alpha beta").ShouldBeEmpty();
        index.Find(Words("alpha beta"), "javascript", 9, 0.01, (_, _, _) => false).ShouldHaveSingleItem().Path.ShouldBe("/a.tsx");
    }

    [Fact]
    public void A_neighbouring_file_lends_no_words()
    {
        var index = new ChunkIndex();
        index.Put("/a.cs", Text("alpha"));
        index.Put("/b.cs", Text("beta gamma delta"));
        Find(index, "beta gamma delta").ShouldHaveSingleItem().Path.ShouldBe("/b.cs");
    }

    [Fact]
    public void After_any_changes_it_finds_what_a_fresh_one_finds_in_whatever_order()
    {
        var random = new Random(11);
        for (var round = 0; round < 30; round++)
        {
            var (index, files) = (new ChunkIndex(), new Dictionary<string, TextSnapshot>());
            for (var i = 0; i < 60; i++)
            {
                var path = $"/{random.Next(12)}.cs";
                if (random.Next(4) == 0)
                {
                    index.Remove(path);
                    files.Remove(path);
                    continue;
                }
                index.Put(path, files[path] = RandomText(random));
            }
            index.Compact();
            var fresh = new ChunkIndex();
            foreach (var (path, text) in files.OrderBy(_ => random.Next())) fresh.Put(path, text);

            index.FileCount.ShouldBe(files.Count);
            for (var i = 0; i < 10; i++)
            {
                var words = Words(string.Join(' ', Enumerable.Range(0, 6).Select(_ => Word(random))));
                var found = index.Find(words, "csharp", 3, 0.05, (_, _, _) => false);
                found.ShouldBe(fresh.Find(words, "csharp", 3, 0.05, (_, _, _) => false), new SameChunk());
                index.Find(words, "csharp", 3, 0.05, (_, _, _) => false).ShouldBe(found);
            }
        }
    }

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.31)]
    [InlineData(0.61)]
    public void What_is_found_is_what_a_look_at_every_chunk_finds(double least)
    {
        var random = new Random(17);
        for (var round = 0; round < 30; round++)
        {
            var (index, files) = (new ChunkIndex(), Enumerable.Range(0, 40).ToDictionary(i => $"/{i:D2}.cs", _ => RandomText(random)));
            foreach (var (path, text) in files) index.Put(path, text);
            for (var i = 0; i < 10; i++)
            {
                var words = Words(string.Join(' ', Enumerable.Range(0, 12).Select(_ => Word(random))));
                index.Find(words, "csharp", 50, least, (_, _, _) => false).ShouldBe(LookAtAll(files, words, least), new SameChunk());
            }
        }
    }

    [Fact]
    public void A_file_that_is_put_again_and_again_takes_no_more_memory()
    {
        var index = new ChunkIndex(mostPostings: 100_000);
        var random = new Random(3);
        for (var i = 0; i < 5_000; i++) index.Put("/a.cs", RandomText(random));
        index.Put("/b.cs", Text("alpha"));
        index.IsFull.ShouldBeFalse();
        index.FileCount.ShouldBe(2);
    }

    [Fact]
    public void Where_there_is_no_room_a_file_is_left_out_and_the_others_stay()
    {
        var index = new ChunkIndex(mostPostings: 3);
        index.Put("/a.cs", Text("alpha beta gamma"));
        index.Put("/b.cs", Text("delta"));
        index.IsFull.ShouldBeTrue();
        Find(index, "alpha").ShouldHaveSingleItem();
        Find(index, "delta").ShouldBeEmpty();
    }

    [Fact]
    public void Blocks_cover_a_document_once_and_end_behind_blank_lines_where_some_are_near()
    {
        var random = new Random(5);
        for (var i = 0; i < 300; i++)
        {
            var text = RandomText(random);
            var starts = Blocks.Of(text);
            starts[0].ShouldBe(0);
            for (var block = 1; block < starts.Count; block++) (starts[block] - starts[block - 1]).ShouldBeInRange(7, 13);
            (text.LineCount - starts[^1]).ShouldBeInRange(1, 13);
        }
        Blocks.Of(Text("a\nb\nc\nd\ne\nf\ng\nh\n\nj\nk\nl\nm")).ShouldBe([0, 9]);
    }

    /// <summary>The best chunk of each file, by the formula.</summary>
    static List<FoundChunk> LookAtAll(Dictionary<string, TextSnapshot> files, HashSet<uint> words, double least)
    {
        var blocks = files.ToDictionary(file => file.Key, file => Blocks.Of(file.Value).Select((start, i) => (Start: start,
            Words: Words(file.Value.Slice(file.Value.LineStart(start), i + 1 < Blocks.Of(file.Value).Count ? file.Value.LineStart(Blocks.Of(file.Value)[i + 1]) : file.Value.Length).ToString()))).ToList());
        var all = blocks.Values.SelectMany(file => file).ToList();
        var weights = words.ToDictionary(word => word, word => Math.Log((all.Count + 1.0) / Math.Max(1, all.Count(block => block.Words.Contains(word)))));
        var found = new List<FoundChunk>();
        foreach (var (path, file) in blocks)
        {
            var chunks = Enumerable.Range(0, Math.Max(1, file.Count - 1)).Select(i => file.Skip(i).Take(2).ToList()).Select((chunk, i) => new FoundChunk(
                path, chunk[0].Start, i + 2 < file.Count ? file[i + 2].Start : int.MaxValue,
                words.Where(word => chunk.Exists(block => block.Words.Contains(word))).Sum(word => weights[word])
                    / Math.Sqrt(Math.Max(1, chunk.Sum(block => block.Words.Count))) * Math.Sqrt(words.Count) / weights.Values.Sum()));
            if (chunks.MaxBy(chunk => Math.Round(chunk.Score, 6)) is var best && best.Score >= least) found.Add(best);
        }
        return [.. found.OrderByDescending(chunk => Math.Round(chunk.Score, 6))];
    }

    static string Word(Random random) => $"word{(char)('a' + random.Next(20))}{(char)('a' + random.Next(2))}";

    static TextSnapshot RandomText(Random random) => Text(string.Join('\n', Enumerable.Range(0, random.Next(1, 60))
        .Select(_ => random.Next(4) == 0 ? "" : string.Join(' ', Enumerable.Range(0, random.Next(1, 5)).Select(_ => Word(random))))));

    static TextSnapshot Text(string text) => new("", "csharp", 0, text);

    static HashSet<uint> Words(string text)
    {
        var words = new HashSet<uint>();
        Subwords.Collect(text, words);
        return words;
    }

    static List<FoundChunk> Find(ChunkIndex index, string text) => index.Find(Words(text), "csharp", 9, 0.01, (_, _, _) => false);

    /// <summary>Floats are added in another order.</summary>
    sealed class SameChunk : IEqualityComparer<FoundChunk>
    {
        public bool Equals(FoundChunk x, FoundChunk y) => x with { Score = 0 } == y with { Score = 0 } && Math.Abs(x.Score - y.Score) < 1e-5;

        public int GetHashCode(FoundChunk chunk) => 0;
    }
}
