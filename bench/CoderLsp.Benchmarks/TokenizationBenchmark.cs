using System.Diagnostics;
using System.Text;
using CoderLsp.Inference.Gguf;
using CoderLsp.Inference.Tokenization;
using CoderLsp.TestSupport;

namespace CoderLsp.Benchmarks;

/// <summary>
/// How fast vocabularies load and text becomes tokens, on one thread: with the seedling, and with the vocabularies of the shared test data
/// where these are there. The text is this repository's own C# source, file by file. The best of several runs counts: what is slower was disturbed.
/// </summary>
static class TokenizationBenchmark
{
    public static void Run(TextWriter output, string[] arguments)
    {
        var files = Source();
        var bytes = files.Sum(Encoding.UTF8.GetByteCount);
        output.WriteLine($"{bytes / 1e6:F2} MB of C# in {files.Length} files");
        output.WriteLine($"{"vocabulary",-16} {"tokens",8} {"load ms",8} {"MB/s",7} {"B/token",8} {"B alloc.",9} {"1M 'a' ms",10} {"1M ' ' ms",10} {"trie ms",8} {"query us",9}");
        foreach (var (name, path) in Vocabularies().Where(v => arguments.Length == 0 || arguments.Contains(v.Name)))
        {
            var load = Best(7, () => Open(path));
            var tokenizer = Open(path);
            var tokens = new List<int>(bytes);
            void Encode(params string[] texts)
            {
                tokens.Clear();
                foreach (var text in texts) tokenizer.Encode(text, tokens);
            }

            var letters = new string('a', 1 << 20);
            var letterTime = Best(5, () => Encode(letters));
            var spaces = new string(' ', 1 << 20);
            var spaceTime = Best(5, () => Encode(spaces));
            var encode = Best(15, () => Encode(files));
            var before = GC.GetAllocatedBytesForCurrentThread();
            Encode(files);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

            var trie = Best(1, () => _ = tokenizer.Trie);
            var found = new List<int>(tokenizer.Vocabulary.Count);
            var query = Best(101, () =>
            {
                found.Clear();
                tokenizer.Trie.FindCompatible("retu"u8, found);
            });
            output.WriteLine($"{name,-16} {tokenizer.Vocabulary.Count,8} {load,8:F1} {bytes / 1e3 / encode,7:F1} {(double)bytes / tokens.Count,8:F2} " +
                $"{allocated,9} {letterTime,10:F0} {spaceTime,10:F0} {trie,8:F1} {query * 1000,9:F1}");
        }
    }

    static IEnumerable<(string Name, string Path)> Vocabularies()
    {
        yield return ("seedling", TestData.InRepository("models", "seedling", "seedling-q8_0.gguf"));
        string shared;
        try
        {
            shared = TestData.Shared("vocab");
        }
        catch (FileNotFoundException)
        {
            yield break;
        }
        foreach (var path in Directory.GetFiles(shared, "*.gguf").Order()) yield return (Path.GetFileNameWithoutExtension(path)["ggml-vocab-".Length..], path);
    }

    // Repeated to a size at which a run takes long enough to be measured.
    static string[] Source()
    {
        var once = Directory.GetFiles(Path.Combine(TestData.Repository, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}")).Order().Select(File.ReadAllText).ToArray();
        return [.. Enumerable.Repeat(once, 1 + 2_000_000 / once.Sum(t => t.Length)).SelectMany(t => t)];
    }

    static Tokenizer Open(string path)
    {
        using var file = GgufFile.Open(path);
        return Tokenizer.FromGguf(file);
    }

    // In milliseconds.
    static double Best(int repeats, Action action)
    {
        var best = double.MaxValue;
        for (var i = 0; i < repeats; i++)
        {
            var start = Stopwatch.GetTimestamp();
            action();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        return best;
    }
}
