using CoderLsp.Inference.Gguf;
using CoderLsp.Inference.Tests.Gguf;
using CoderLsp.Inference.Tokenization;

namespace CoderLsp.Inference.Tests.Models;

/// <summary>A StarCoder2 of random float32 weights, and a vocabulary of bytes.</summary>
sealed class StarCoder2Model
{
    public const int Layers = 2, Width = 64, Heads = 4, KvHeads = 2, HeadSize = 16, Inner = 96, Vocabulary = 258;
    public const double Epsilon = 1e-5, RopeBase = 100_000;

    readonly Random _random = new(7);
    readonly GgufWriter _writer = new();

    public StarCoder2Model()
    {
        _writer.Add("general.architecture", "starcoder2");
        foreach (var (key, value) in new[]
            {
                ("context_length", 256), ("embedding_length", Width), ("block_count", Layers), ("feed_forward_length", Inner),
                ("attention.head_count", Heads), ("attention.head_count_kv", KvHeads), ("rope.dimension_count", HeadSize),
            })
            _writer.Add($"starcoder2.{key}", (uint)value);
        _writer.Add("starcoder2.attention.layer_norm_epsilon", (float)Epsilon);
        _writer.Add("starcoder2.rope.freq_base", (float)RopeBase);

        _writer.Add("tokenizer.ggml.model", "gpt2");
        _writer.Add("tokenizer.ggml.pre", "starcoder");
        _writer.AddArray("tokenizer.ggml.tokens", [.. Enumerable.Range(0, 256).Select(b => ByteAlphabet.CharacterOf((byte)b).ToString()), "in", "int"]);
        _writer.AddArray("tokenizer.ggml.merges", ["i n", "in t"]);

        Add("token_embd.weight", 1, 0, Width, Vocabulary); // also the output
        AddNorm("output_norm");
        for (var layer = 0; layer < Layers; layer++)
        {
            AddNorm($"blk.{layer}.attn_norm");
            AddLinear($"blk.{layer}.attn_q", Width, Heads * HeadSize, 3);
            AddLinear($"blk.{layer}.attn_k", Width, KvHeads * HeadSize, 3);
            AddLinear($"blk.{layer}.attn_v", Width, KvHeads * HeadSize, 1);
            AddLinear($"blk.{layer}.attn_output", Heads * HeadSize, Width, 1);
            AddNorm($"blk.{layer}.ffn_norm");
            AddLinear($"blk.{layer}.ffn_up", Width, Inner, 2);
            AddLinear($"blk.{layer}.ffn_down", Inner, Width, 1);
        }

        File = _writer.ToArray();
    }

    /// <summary>Values of each tensor, the row's index the slowest.</summary>
    public Dictionary<string, float[]> Tensors { get; } = [];

    public byte[] File { get; }

    void AddNorm(string name)
    {
        Add($"{name}.weight", 0.3, 1, Width);
        Add($"{name}.bias", 0.3, 0, Width);
    }

    /// <param name="gain">Deviation of a result where the input's is 1.</param>
    void AddLinear(string name, int columns, int rows, double gain)
    {
        Add($"{name}.weight", gain / Math.Sqrt(columns), 0, columns, rows);
        Add($"{name}.bias", 0.5, 0, rows);
    }

    void Add(string name, double deviation, double mean, params long[] dimensions)
    {
        // Uniform numbers between ±√3 have the deviation 1.
        var values = new float[dimensions.Aggregate(1L, (product, size) => product * size)];
        for (var i = 0; i < values.Length; i++) values[i] = (float)(mean + deviation * Math.Sqrt(3) * (2 * _random.NextDouble() - 1));
        Tensors.Add(name, values);
        _writer.AddFloat32(name, dimensions, values);
    }
}
