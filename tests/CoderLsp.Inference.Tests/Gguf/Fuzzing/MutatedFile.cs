using System.Diagnostics;
using CoderLsp.Inference.Generation;
using CoderLsp.Inference.Gguf;

namespace CoderLsp.Inference.Tests.Gguf.Fuzzing;

/// <summary>A model on disk whose bytes are changed in place, tried, and put right again.</summary>
/// <param name="path">The file that is changed.</param>
/// <param name="opened">What is opened: the file, or another part of the same model.</param>
sealed class MutatedFile(string path, string opened)
{
    readonly byte[] _content = File.ReadAllBytes(path);
    readonly Dictionary<FieldKind, Field[]> _fields = GgufFields.Of(path).GroupBy(field => field.Kind).ToDictionary(group => group.Key, group => group.ToArray());

    /// <summary>Files that were tried, and how many of them were still models.</summary>
    public int Tried { get; private set; }
    public int Loaded { get; private set; }

    public TimeSpan Longest { get; private set; }

    public long MostAllocated { get; private set; }

    public IEnumerable<Field> Fields => _fields.Values.SelectMany(fields => fields);

    /// <summary>Bytes of the valid file.</summary>
    public int Length => _content.Length;

    /// <summary>Tries the file with these changes.</summary>
    public void Try(Mutation[] mutations)
    {
        var patches = mutations.Select(mutation => mutation.Patch(_content, _fields)).ToList();
        Write(patches);
        try
        {
            Load(_content.Length);
        }
        finally
        {
            Write(patches.Select(patch => (patch.At, _content.AsSpan(patch.At, patch.Bytes.Length).ToArray())));
        }
    }

    /// <summary>Tries the first <paramref name="length"/> bytes of the file, and leaves it so; whether they are a model.</summary>
    public bool TryCut(int length)
    {
        File.WriteAllBytes(path, _content.AsSpan(0, length));
        return Load(length);
    }

    /// <summary>
    /// Loading gives a model that computes, or an error of the file, and allocates no more managed memory than the file can need. What is
    /// copied to other memory (biases, gains, transposed keys) is not counted: it has as many values as tensors that the file holds.
    /// </summary>
    bool Load(int length)
    {
        Tried++;
        var clock = Stopwatch.StartNew();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Engine? engine = null;
        try
        {
            engine = Engine.Load(opened, new() { Threads = 1 });
        }
        catch (GgufException error)
        {
            error.Message.ShouldStartWith(Path.GetDirectoryName(path)!); // one sentence that begins with the file
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (clock.Elapsed > Longest) Longest = clock.Elapsed;
        MostAllocated = Math.Max(MostAllocated, allocated);
        allocated.ShouldBeLessThanOrEqualTo(2L * length + 1_000_000, "allocated bytes");
        if (engine is null) return false;
        using (engine) Compute(engine);
        Loaded++;
        return true;
    }

    // Whatever its numbers are, it must end without a fault.
    static void Compute(Engine engine)
    {
        var prompt = Enumerable.Range(0, Math.Min(4, engine.ContextTokens)).Select(i => i * 7 % engine.Shape.Vocabulary).ToArray();
        engine.GenerateAsync(new() { Prompt = prompt, MaxTokens = 2, IgnoreEnd = true }).GetAwaiter().GetResult();
    }

    void Write(IEnumerable<(int At, byte[] Bytes)> patches)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.None, bufferSize: 0);
        foreach (var (at, bytes) in patches)
        {
            stream.Position = at;
            stream.Write(bytes);
        }
    }
}
