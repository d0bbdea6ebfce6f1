using System.Runtime.InteropServices;
using CoderLsp.Inference.Gguf;
using CoderLsp.Kernels;

namespace CoderLsp.Inference.Synthetic;

/// <summary>
/// Makes model files of a real model's shape with random weights, to measure speed without the real weights. A file depends on nothing
/// but shape, types and seed. What such a model generates means nothing.
/// </summary>
public static class SyntheticModel
{
    const int BlocksAtOnce = 4096;

    /// <summary>The names of the published quantisations that can be made, <c>Q4_K_M</c>.</summary>
    public static IEnumerable<string> Types => TypeMix.All.Select(mix => mix.Name);

    /// <summary>Writes a file; an existing one is replaced when the new one is complete.</summary>
    /// <param name="typeMix">One of <see cref="Types"/>.</param>
    /// <param name="progress">The part that is written, 0 … 1.</param>
    /// <exception cref="ArgumentException">There is no such mix of types.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, SyntheticShape shape, string typeMix, ulong seed = 1, IProgress<double>? progress = null)
    {
        var mix = TypeMix.All.FirstOrDefault(m => m.Name.Equals(typeMix, StringComparison.OrdinalIgnoreCase))
            ?? throw new ArgumentException($"There is no type mix '{typeMix}'; there are {string.Join(", ", Types)}.", nameof(typeMix));
        var temporary = $"{path}.{Guid.NewGuid():N}.part";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 16))
                Describe(shape, mix, seed, progress).Write(stream);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    static GgufWriter Describe(SyntheticShape shape, TypeMix mix, ulong seed, IProgress<double>? progress)
    {
        var writer = new GgufWriter();
        AddMetadata(writer, shape, mix);
        var tensors = Tensors(shape, mix).ToList();
        double total = tensors.Sum(t => t.Bytes), written = 0;
        for (var i = 0; i < tensors.Count; i++)
        {
            var tensor = tensors[i];
            // Each tensor has its own generator, so that none depends on the ones before it.
            var random = new SplitMix64(seed);
            random = new(random.Next() + (ulong)i);
            writer.AddTensor(tensor.Name, tensor.Type, tensor.Rows == 0 ? [tensor.Columns] : [tensor.Columns, tensor.Rows], stream =>
            {
                WriteWeights(stream, tensor, random);
                progress?.Report((written += tensor.Bytes) / total);
            });
        }
        return writer;
    }

    static void AddMetadata(GgufWriter writer, SyntheticShape shape, TypeMix mix)
    {
        writer.Add("general.architecture", "llama");
        writer.Add("general.name", $"synthetic {shape.Name}");
        writer.Add("general.file_type", mix.FileType);
        writer.Add("general.quantization_version", 2u);
        writer.Add("llama.block_count", (uint)shape.Layers);
        writer.Add("llama.context_length", 16384u);
        writer.Add("llama.embedding_length", (uint)shape.Width);
        writer.Add("llama.feed_forward_length", (uint)shape.FeedForward);
        writer.Add("llama.attention.head_count", (uint)shape.Heads);
        writer.Add("llama.attention.head_count_kv", (uint)shape.KvHeads);
        writer.Add("llama.attention.layer_norm_rms_epsilon", 1e-6f);
        writer.Add("llama.rope.dimension_count", (uint)shape.HeadSize);
        writer.Add("llama.rope.freq_base", 1e5f);
        writer.Add("llama.rope.scaling.type", "linear");
        writer.Add("llama.rope.scaling.factor", 4f);
        writer.Add("llama.vocab_size", (uint)shape.Vocabulary);

        var vocabulary = new SyntheticVocabulary(shape.WordTokens, shape.Vocabulary);
        writer.Add("tokenizer.ggml.model", "gpt2");
        writer.Add("tokenizer.ggml.pre", "deepseek-coder");
        writer.AddArray("tokenizer.ggml.tokens", vocabulary.Tokens);
        writer.AddArray<int>("tokenizer.ggml.token_type", CollectionsMarshal.AsSpan(vocabulary.Types));
        writer.AddArray("tokenizer.ggml.merges", vocabulary.Merges);
        writer.Add("tokenizer.ggml.bos_token_id", vocabulary.IdOf("<｜begin▁of▁sentence｜>"));
        writer.Add("tokenizer.ggml.eos_token_id", vocabulary.IdOf("<｜end▁of▁sentence｜>"));
        writer.Add("tokenizer.ggml.padding_token_id", vocabulary.IdOf("<｜end▁of▁sentence｜>"));
        writer.Add("tokenizer.ggml.fim_pre_token_id", vocabulary.IdOf("<｜fim▁begin｜>"));
        writer.Add("tokenizer.ggml.fim_suf_token_id", vocabulary.IdOf("<｜fim▁hole｜>"));
        writer.Add("tokenizer.ggml.fim_mid_token_id", vocabulary.IdOf("<｜fim▁end｜>"));
        writer.Add("tokenizer.ggml.add_bos_token", true);
        writer.Add("tokenizer.ggml.add_eos_token", false);
    }

    /// <summary>What a file of this shape holds, in the order of the file.</summary>
    internal static IEnumerable<Weights> Tensors(SyntheticShape shape, TypeMix mix)
    {
        var (layers, width, inner, kv) = (shape.Layers, shape.Width, shape.FeedForward, shape.KvHeads * shape.HeadSize);
        yield return Weights.Matrix("token_embd.weight", mix.Most, width, shape.Vocabulary);
        for (var layer = 0; layer < layers; layer++)
        {
            var prefix = $"blk.{layer}.";
            yield return Weights.Norm(prefix + "attn_norm.weight", width);
            yield return Weights.Matrix(prefix + "attn_q.weight", mix.Most, width, width);
            yield return Weights.Matrix(prefix + "attn_k.weight", mix.Most, width, kv);
            yield return Weights.Matrix(prefix + "attn_v.weight", mix.Value(layer, layers), width, kv);
            yield return Weights.Matrix(prefix + "attn_output.weight", mix.AttentionOutput ?? mix.Most, width, width);
            yield return Weights.Norm(prefix + "ffn_norm.weight", width);
            yield return Weights.Matrix(prefix + "ffn_gate.weight", mix.Most, width, inner);
            yield return Weights.Matrix(prefix + "ffn_up.weight", mix.Most, width, inner);
            yield return Weights.Matrix(prefix + "ffn_down.weight", mix.Down(layer, layers), inner, width);
        }
        yield return Weights.Norm("output_norm.weight", width);
        yield return Weights.Matrix("output.weight", mix.Output, width, shape.Vocabulary);
    }

    static void WriteWeights(Stream stream, Weights tensor, SplitMix64 random)
    {
        var fill = BlockFillers.Of(tensor.Type);
        // So that a product with a state of values around 1 has values around 1.
        var sigma = 1 / MathF.Sqrt(tensor.Columns);
        var buffer = new byte[BlocksAtOnce * BlockLayouts.Of(tensor.Type).BlockBytes];
        for (var left = tensor.Bytes; left > 0; left -= buffer.Length)
        {
            var blocks = buffer.AsSpan(0, (int)Math.Min(left, buffer.Length));
            fill(blocks, sigma, ref random);
            stream.Write(blocks);
        }
    }
}

/// <param name="Rows">0 for a vector.</param>
sealed record Weights(string Name, TensorType Type, int Columns, int Rows)
{
    public long Bytes => BlockLayouts.RowBytes(Type, Columns) * Math.Max(1, Rows);

    public static Weights Norm(string name, int columns) => new(name, TensorType.F32, columns, 0);

    public static Weights Matrix(string name, TensorType type, int columns, int rows) =>
        new(name, TypeMix.Fitting(type, columns), columns, rows);
}
