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
        SyntheticMetadata.Add(writer, shape, mix);
        var tensors = SyntheticTensors.Of(shape, mix).ToList();
        double total = tensors.Sum(t => t.Bytes), written = 0;
        for (var i = 0; i < tensors.Count; i++)
        {
            var tensor = tensors[i];
            // Each tensor has its own generator, so that none depends on the ones before it.
            var random = new SplitMix64(seed);
            random = new(random.Next() + (ulong)i);
            writer.AddTensor(tensor.Name, tensor.Type, tensor.Dimensions, stream =>
            {
                WriteWeights(stream, tensor, random);
                progress?.Report((written += tensor.Bytes) / total);
            });
        }
        return writer;
    }

    static void WriteWeights(Stream stream, Weights tensor, SplitMix64 random)
    {
        BlockFiller fill = tensor.Rows == 0 ? BlockFillers.FillNorm : BlockFillers.Of(tensor.Type);
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
