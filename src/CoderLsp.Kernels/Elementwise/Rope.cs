using System.Runtime.CompilerServices;

namespace CoderLsp.Kernels.Elementwise;

/// <summary>Which values of a head are rotated together.</summary>
public enum RopePairing
{
    /// <summary>2i and 2i + 1: llama.</summary>
    Adjacent,

    /// <summary>i and i + half: the NEOX way (Qwen and others).</summary>
    Halves,
}

/// <summary>
/// Rotary position embedding: pair i of a head is turned by the angle position · base^(−2i / dimensions) / factor. Cosines and sines stand
/// in a table that grows with the positions asked for.
/// </summary>
/// <param name="dimensions">Values of a head that are rotated; the rest pass through.</param>
/// <param name="factor">Linear scaling: positions are divided by it.</param>
/// <param name="frequencyFactors">(dimensions / 2) divisors of the frequencies (llama 3), or null.</param>
public sealed unsafe class Rope(RopePairing pairing, int dimensions, float @base, float factor, float[]? frequencyFactors = null) : IDisposable
{
    // Radians a position, for each pair.
    readonly double[] _frequencies =
        [.. Enumerable.Range(0, dimensions / 2).Select(i => Math.Pow(@base, -2.0 * i / dimensions) / factor / (frequencyFactors?[i] ?? 1))];

    NativeBuffer<float> _table = new(); // (positions, dimensions / 2) pairs of cosine and sine

    int Positions => (int)(_table.Length / dimensions);

    /// <summary>The rotation, its table reaching to <paramref name="positions"/> − 1. Earlier results are no longer valid.</summary>
    public RopeTable Prepare(int positions)
    {
        if (positions > Positions) Grow(Math.Max(1024, 2 * positions));
        return new RopeTable(_table.Data, dimensions, pairing);
    }

    void Grow(int positions)
    {
        var known = Positions;
        var table = new NativeBuffer<float>((long)positions * dimensions);
        _table.Span(0, known * dimensions).CopyTo(table.Span(0, known * dimensions));
        for (var p = known; p < positions; p++)
            for (var i = 0; i < _frequencies.Length; i++)
            {
                var (sin, cos) = Math.SinCos(p * _frequencies[i]);
                table.Data[(long)p * dimensions + 2 * i] = (float)cos;
                table.Data[(long)p * dimensions + 2 * i + 1] = (float)sin;
            }

        _table.Dispose();
        _table = table;
    }

    public void Dispose() => _table.Dispose();
}

/// <summary>A rotation as compute threads use it.</summary>
public readonly unsafe struct RopeTable(float* table, int dimensions, RopePairing pairing)
{
    readonly float* _table = table;

    /// <summary>Rotates <paramref name="heads"/> heads of <paramref name="headSize"/> values each, in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Apply(float* x, int heads, int headSize, int position)
    {
        var angles = _table + (long)position * dimensions;
        var half = dimensions / 2;
        var (step, distance) = pairing == RopePairing.Adjacent ? (2, 1) : (1, half);
        for (var h = 0; h < heads; h++, x += headSize)
            for (var i = 0; i < half; i++)
            {
                float cos = angles[2 * i], sin = angles[2 * i + 1];
                float a = x[step * i], b = x[step * i + distance];
                x[step * i] = a * cos - b * sin;
                x[step * i + distance] = a * sin + b * cos;
            }
    }
}
