using System.Numerics;
using CoderLsp.Inference.Gguf;

namespace CoderLsp.Inference.Tokenization;

/// <summary>The merges of byte-level BPE: from two token ids to the rank of their merge and the merged id. Open addressing, at most half full.</summary>
sealed class MergeTable
{
    // Random, because files are untrusted: nobody can make one whose merges all collide.
    static readonly ulong Multiplier = (ulong)Random.Shared.NextInt64() << 1 | 0x8000_0000_0000_0001;

    readonly Entry[] _entries;
    readonly int _shift;

    struct Entry
    {
        public ulong Pair; // left + 1, right; 0 is free
        public uint Rank;
        public int Merged;
    }

    /// <param name="warn">Told of merges that make no token of text; they are left out.</param>
    public MergeTable(VocabularyData data, Vocabulary vocabulary, Action<string>? warn)
    {
        var merges = data.Merges ?? throw new GgufException($"{data.Source}: the metadata 'tokenizer.ggml.merges' is missing.");
        var bits = BitOperations.Log2((uint)Math.Max(1, merges.Count)) + 2;
        _entries = new Entry[1 << bits];
        _shift = 64 - bits;

        var buffer = new byte[256];
        var ignored = 0;
        for (var rank = 0; rank < merges.Count; rank++)
        {
            var merge = merges[rank];
            // The left token may itself begin with a space in vocabularies that do not escape it.
            var space = merge.Length > 1 ? merge[1..].IndexOf((byte)' ') + 1 : 0;
            if (space == 0)
            {
                ignored++;
                continue;
            }
            if (merge.Length > buffer.Length) buffer = new byte[2 * merge.Length];
            merge[..space].CopyTo(buffer);
            merge[(space + 1)..].CopyTo(buffer.AsSpan(space));
            var left = vocabulary.FindText(merge[..space]);
            var right = vocabulary.FindText(merge[(space + 1)..]);
            var merged = vocabulary.FindText(buffer.AsSpan(0, merge.Length - 1));
            if (left < 0 || right < 0 || merged < 0 || vocabulary.IsSpecial(merged)) ignored++;
            else Add(left, right, (uint)rank, merged);
        }
        if (ignored > 0)
            warn?.Invoke($"{data.Source}: {ignored} of {merges.Count} merges do not make a token of text from two tokens; they are ignored.");
    }

    public bool TryFind(int left, int right, out uint rank, out int merged)
    {
        ref var entry = ref _entries[SlotOf(PairOf(left, right))];
        (rank, merged) = (entry.Rank, entry.Merged);
        return entry.Pair != 0;
    }

    // Of the same merge given twice the first counts.
    void Add(int left, int right, uint rank, int merged)
    {
        var pair = PairOf(left, right);
        ref var entry = ref _entries[SlotOf(pair)];
        if (entry.Pair == 0) entry = new() { Pair = pair, Rank = rank, Merged = merged };
    }

    int SlotOf(ulong pair)
    {
        var slot = (int)(pair * Multiplier >> _shift);
        while (_entries[slot].Pair != 0 && _entries[slot].Pair != pair) slot = (slot + 1) & (_entries.Length - 1);
        return slot;
    }

    static ulong PairOf(int left, int right) => (ulong)(uint)(left + 1) << 32 | (uint)right;
}
