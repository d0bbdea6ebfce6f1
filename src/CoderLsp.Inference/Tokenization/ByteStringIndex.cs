using System.Buffers.Binary;
using System.Numerics;

namespace CoderLsp.Inference.Tokenization;

/// <summary>Finds the index of a byte string. Open addressing with linear probing, at most half full.</summary>
sealed class ByteStringIndex
{
    // Seeded anew in every process, because vocabularies are untrusted: nobody can make a file whose texts all collide.
    static readonly ulong Seed = (ulong)Random.Shared.NextInt64() | 1;

    readonly ByteStrings _strings;
    readonly int[] _slots; // index + 1; 0 is free
    readonly int _shift;

    /// <summary>Indexes all strings. Of equal ones the first is found.</summary>
    public ByteStringIndex(ByteStrings strings)
    {
        _strings = strings;
        var bits = BitOperations.Log2((uint)Math.Max(1, strings.Count)) + 2;
        _slots = new int[1 << bits];
        _shift = 64 - bits;
        for (var i = 0; i < strings.Count; i++)
        {
            ref var slot = ref _slots[SlotOf(strings[i])];
            if (slot == 0) slot = i + 1;
        }
    }

    /// <summary>The index of <paramref name="value"/>, or -1.</summary>
    public int Find(ReadOnlySpan<byte> value) => _slots[SlotOf(value)] - 1;

    // Of the string, or the free slot where it would go.
    int SlotOf(ReadOnlySpan<byte> value)
    {
        var slot = (int)(Hash(value) >> _shift);
        while (_slots[slot] != 0 && !_strings[_slots[slot] - 1].SequenceEqual(value)) slot = (slot + 1) & (_slots.Length - 1);
        return slot;
    }

    static ulong Hash(ReadOnlySpan<byte> value)
    {
        var hash = Seed ^ (ulong)value.Length;
        for (; value.Length >= 8; value = value[8..]) hash = Mix(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(value));
        var tail = 0ul;
        foreach (var b in value) tail = tail << 8 | b;
        return Mix(hash ^ tail);
    }

    static ulong Mix(ulong value)
    {
        var high = Math.BigMul(value, 0x9E3779B97F4A7C15 ^ Seed, out var low);
        return (high ^ low) * 0x9E3779B97F4A7C15;
    }
}
