using System.Runtime.InteropServices;

namespace CoderLsp.Inference.Synthetic;

/// <summary>A random generator that gives the same numbers everywhere and forever, at memory speed (Steele et al., 2014).</summary>
struct SplitMix64(ulong state)
{
    ulong _state = state;

    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>0 ≤ number &lt; limit; the bias of the modulus does not matter here.</summary>
    public int Next(int limit) => (int)(Next() % (uint)limit);

    /// <summary>Fills with uniform bytes.</summary>
    public void Fill(Span<byte> bytes)
    {
        foreach (ref var word in MemoryMarshal.Cast<byte, ulong>(bytes)) word = Next();
        if (bytes.Length % sizeof(ulong) is > 0 and var rest) MemoryMarshal.AsBytes([Next()])[..rest].CopyTo(bytes[^rest..]);
    }
}
