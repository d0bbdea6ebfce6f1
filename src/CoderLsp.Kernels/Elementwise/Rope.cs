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
/// Rotary position embedding: pair i of a head is turned by the angle position · base^(−2i / dimensions) / factor. The cosines and sines are
/// kept in a table that grows with the positions asked for; filling it, not reading it, must be left to one thread.
/// </summary>
/// <param name="dimensions">Values of a head that are rotated; the rest pass through.</param>
/// <param name="factor">Linear scaling: positions are divided by it.</param>
/// <param name="frequencyFactors">(dimensions / 2) divisors of the frequencies (llama 3), or null.</param>
public sealed unsafe class Rope(RopePairing pairing, int dimensions, float @base, float factor, float[]? frequencyFactors = null) : IDisposable
{
    const int GrowBy = 1024;

    readonly List<NativeBuffer<float>> _tables = []; // each: GrowBy positions of (dimensions / 2) pairs cos, sin

    /// <summary>Makes the table reach to <paramref name="positions"/> − 1.</summary>
    public void Prepare(int positions)
    {
        while (_tables.Count * GrowBy < positions)
        {
            var table = new NativeBuffer<float>(GrowBy * dimensions);
            for (var p = 0; p < GrowBy; p++)
                for (var i = 0; i < dimensions / 2; i++)
                {
                    var frequency = Math.Pow(@base, -2.0 * i / dimensions) / factor / (frequencyFactors?[i] ?? 1);
                    var (sin, cos) = Math.SinCos((_tables.Count * GrowBy + p) * frequency);
                    table.Data[p * dimensions + 2 * i] = (float)cos;
                    table.Data[p * dimensions + 2 * i + 1] = (float)sin;
                }

            _tables.Add(table);
        }
    }

    /// <summary>Rotates <paramref name="heads"/> heads of <paramref name="headSize"/> values each, in place.</summary>
    public void Apply(float* x, int heads, int headSize, int position)
    {
        var table = _tables[position / GrowBy].Data + position % GrowBy * dimensions;
        var half = dimensions / 2;
        for (var h = 0; h < heads; h++, x += headSize)
            for (var i = 0; i < half; i++)
            {
                float cos = table[2 * i], sin = table[2 * i + 1];
                var (first, second) = pairing == RopePairing.Adjacent ? (2 * i, 2 * i + 1) : (i, i + half);
                float a = x[first], b = x[second];
                x[first] = a * cos - b * sin;
                x[second] = a * sin + b * cos;
            }
    }

    public void Dispose()
    {
        foreach (var table in _tables) table.Dispose();
    }
}
