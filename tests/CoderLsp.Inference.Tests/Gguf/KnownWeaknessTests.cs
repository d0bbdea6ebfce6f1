using CoderLsp.Inference.Generation;
using CoderLsp.Inference.Gguf;
using CoderLsp.Inference.Tokenization;
using CoderLsp.Kernels;
using CoderLsp.TestSupport;

namespace CoderLsp.Inference.Tests.Gguf;

/// <summary>What was found in other readers of such files, and must not be found here: a file or text made for each of the published weaknesses.</summary>
public sealed class KnownWeaknessTests
{
    const ulong Page = 4096;

    // The sizes of all tensors are added up without a look at the carry: a sum of 2^64 + 4096 asks for a page, and the tensors are read behind it.
    [Fact]
    public void CVE_2025_53630_Sizes_of_tensors_whose_sum_wraps_around_are_refused()
    {
        const ulong quarter = 1ul << 60; // float32: 2^62 bytes
        var file = new RawFile { Tensors = { ("a", TensorType.F32, [quarter], 0), ("b", TensorType.F32, [quarter], quarter * 4), ("c", TensorType.F32, [quarter], quarter * 8),
            ("d", TensorType.F32, [quarter], quarter * 12), ("e", TensorType.F32, [Page / 4], 0) }, DataBytes = (int)Page };
        SmallFile.Error(file.ToArray()).ShouldStartWith("tensor 'a' needs 4611686018427387904 bytes at offset 0");
    }

    // The fix of the one before left out the memory of the tensors' own records: their count times their size, plus the data, wraps around.
    [Fact]
    public void CVE_2026_27940_A_number_of_tensors_whose_records_wrap_around_is_refused()
    {
        var many = new RawFile { TensorCount = ulong.MaxValue / 368 + 2, Tensors = { ("a", TensorType.F32, [1], 0) }, DataBytes = 64 };
        SmallFile.Error(many.ToArray()).ShouldStartWith("the header says that it has 50127021939428131 tensors, but only");
        var almost = new RawFile { Tensors = { ("a", TensorType.F32, [(1ul << 62) - 64], 0) }, DataBytes = 64 };
        SmallFile.Error(almost.ToArray()).ShouldStartWith("tensor 'a' has the impossible size 4611686018427387840");
    }

    // A tensor's number of values fits into 64 bits and its number of bytes does not: 2^64 + 4096 bytes are taken for a page.
    [Theory]
    [InlineData(TensorType.F32, 1024, (1ul << 52) + 1)]
    [InlineData(TensorType.F16, 2048, (1ul << 52) + 1)]
    [InlineData(TensorType.Q8_0, 32 * 32, (1ul << 59) + 4)]
    public void CVE_2026_33298_A_tensor_whose_bytes_wrap_around_is_refused(TensorType type, ulong columns, ulong rows)
    {
        var file = new RawFile { Tensors = { ("a", type, [columns, rows], 0) }, DataBytes = (int)(2 * Page) };
        SmallFile.Error(file.ToArray()).ShouldBe($"tensor 'a' has the impossible size {columns} × {rows}.");
    }

    // Shape and offset of a tensor are believed without a look at the file's length, and what lies behind in memory is read as weights.
    [Theory]
    [InlineData(1 << 20, 0)]
    [InlineData(16, 1 << 20)]
    [InlineData(1025, 0)]
    [InlineData(1024, 32)]
    public void CVE_2026_7482_A_tensor_that_reaches_over_the_end_of_the_file_is_refused(long values, long offset)
    {
        var file = new RawFile { Tensors = { ("a", TensorType.F32, [(ulong)values], (ulong)offset) }, DataBytes = (int)Page };
        SmallFile.Error(file.ToArray()).ShouldStartWith($"tensor 'a' needs {values * 4} bytes at offset {offset} of the data");
    }

    // A text's number of tokens is compared as a signed number with the room for them. Here the room grows with the tokens, and what the context has no room for is refused.
    [Fact]
    public async Task GHSA_7rxv_5jhh_j6xx_A_text_of_very_many_tokens_gives_all_of_them_and_is_refused_as_a_prompt()
    {
        var text = string.Concat(Enumerable.Repeat("int x = 12345; // ça\n", 100_000));
        using var engine = Engine.Load(TestData.InRepository("models", "seedling", "seedling-q8_0.gguf"), new() { Threads = 1 });
        var tokens = new List<int>();
        engine.Tokenizer.Encode(text, tokens);
        tokens.Count.ShouldBe(engine.Tokenizer.Count(text));
        engine.Tokenizer.Decode([.. tokens]).ShouldBe(text);
        var error = await Should.ThrowAsync<ArgumentException>(
            engine.GenerateAsync(new() { Prompt = tokens, MaxTokens = 1 }, TestContext.Current.CancellationToken));
        error.Message.ShouldContain(tokens.Count.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    // Not published, the same kind: a small array that becomes a large one in memory.
    [Fact]
    public void Arrays_of_a_vocabulary_that_do_not_fit_to_it_are_refused_before_memory_is_taken()
    {
        const int bytes = 4_000_000;
        foreach (var (key, problem) in new[] { ("token_type", "'tokenizer.ggml.token_type' has 4000000"), ("scores", "'tokenizer.ggml.scores' has 4000000") })
        {
            var writer = new GgufWriter();
            writer.Add("tokenizer.ggml.model", "gpt2");
            writer.AddArray("tokenizer.ggml.tokens", ["a", "b"]);
            writer.AddArray<byte>($"tokenizer.ggml.{key}", new byte[bytes]);
            Refused(writer, problem);
        }

        var merging = new GgufWriter();
        merging.Add("tokenizer.ggml.model", "gpt2");
        merging.AddArray("tokenizer.ggml.tokens", ["a", "b"]);
        merging.AddArray("tokenizer.ggml.merges", Enumerable.Repeat("", bytes / 8));
        Refused(merging, "'tokenizer.ggml.merges' has 500000");

        static void Refused(GgufWriter writer, string problem)
        {
            using var path = new TempFile(writer.ToArray());
            using var file = GgufFile.Open(path.Path);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Should.Throw<GgufException>(() => Tokenizer.FromGguf(file)).Message.ShouldContain(problem);
            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(bytes);
        }
    }

    /// <summary>A file whose writer believes everything.</summary>
    sealed class RawFile
    {
        public List<(string Name, TensorType Type, ulong[] Dimensions, ulong Offset)> Tensors { get; } = [];

        /// <summary>Null for the true one.</summary>
        public ulong? TensorCount { get; init; }

        public int DataBytes { get; init; }

        public byte[] ToArray()
        {
            using var stream = new MemoryStream();
            using var writer = new BinaryWriter(stream);
            writer.Write("GGUF"u8);
            writer.Write(3);
            writer.Write(TensorCount ?? (ulong)Tensors.Count);
            writer.Write(0ul);
            foreach (var (name, type, dimensions, offset) in Tensors)
            {
                writer.Write((ulong)name.Length);
                writer.Write(System.Text.Encoding.ASCII.GetBytes(name));
                writer.Write(dimensions.Length);
                foreach (var size in dimensions) writer.Write(size);
                writer.Write((uint)type);
                writer.Write(offset);
            }

            while (stream.Position % 32 != 0) writer.Write((byte)0);
            writer.Write(new byte[DataBytes]);
            return stream.ToArray();
        }
    }
}
