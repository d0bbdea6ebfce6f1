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
/// Rotary position embedding: pair i of a head is turned by the angle position · frequency i. Cosines and sines stand in a table that grows
/// with the positions asked for.
/// </summary>
/// <param name="frequencies">Radians a position, of each pair (<see cref="RopeFrequencies"/>); the rest of a head passes through.</param>
/// <param name="magnitude">What the rotated values are multiplied with.</param>
public sealed unsafe class Rope(RopePairing pairing, double[] frequencies, float magnitude = 1) : IDisposable
{
    NativeBuffer<float> _table = new(); // (positions, pairs) cosine and sine

    int Dimensions => 2 * frequencies.Length;

    int Positions => (int)(_table.Length / Dimensions);

    /// <summary>The rotation, its table reaching to <paramref name="positions"/> − 1. Earlier results are no longer valid.</summary>
    public RopeTable Prepare(int positions)
    {
        if (positions > Positions) Grow(Math.Max(1024, 2 * positions));
        return new RopeTable(_table.Data, Dimensions, pairing);
    }

    void Grow(int positions)
    {
        var known = Positions;
        var table = new NativeBuffer<float>((long)positions * Dimensions);
        _table.Span(0, known * Dimensions).CopyTo(table.Span(0, known * Dimensions));
        for (var p = known; p < positions; p++)
            for (var i = 0; i < frequencies.Length; i++)
            {
                var (sin, cos) = Math.SinCos(p * frequencies[i]);
                table.Data[(long)p * Dimensions + 2 * i] = (float)(magnitude * cos);
                table.Data[(long)p * Dimensions + 2 * i + 1] = (float)(magnitude * sin);
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
