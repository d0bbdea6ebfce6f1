using System.Buffers.Binary;

namespace CoderLsp.Inference.Tokenization;

/// <summary>
/// The vocabulary as a trie over bytes, for healing: which tokens can begin a continuation that is bound to start with given bytes?
/// The trie is the ids sorted by their bytes: a node is the range of the tokens that share its bytes, and the shortest come first.
/// Special tokens and tokens without bytes are not in it.
/// </summary>
public sealed class TokenTrie
{
    readonly Vocabulary _vocabulary;
    readonly int[] _sorted;

    internal TokenTrie(Vocabulary vocabulary)
    {
        _vocabulary = vocabulary;
        _sorted = [.. Enumerable.Range(0, vocabulary.Count).Where(id => !vocabulary.IsSpecial(id) && vocabulary.Bytes(id).Length > 0)];
        SortByBytes();
    }

    /// <summary>Appends the tokens whose bytes begin <paramref name="required"/>, shortest first, and then those that begin with it.</summary>
    public void FindCompatible(ReadOnlySpan<byte> required, List<int> tokens)
    {
        var (low, high) = (0, _sorted.Length);
        for (var depth = 0; depth < required.Length; depth++)
        {
            // The range shares required[..depth]; those that are no longer than this stand at its start.
            for (; depth > 0 && low < high && _vocabulary.Bytes(_sorted[low]).Length == depth; low++) tokens.Add(_sorted[low]);
            (low, high) = (Bound(low, high, depth, required[depth]), Bound(low, high, depth, required[depth] + 1));
        }
        tokens.AddRange(_sorted.AsSpan(low, high - low));
    }

    // The first in the range whose byte at this depth is not below value; all in the range are longer than depth.
    int Bound(int low, int high, int depth, int value)
    {
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            if (_vocabulary.Bytes(_sorted[middle])[depth] < value) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    // Most tokens differ in their first eight bytes: these sort fast as numbers, then runs of equal ones are put right.
    void SortByBytes()
    {
        var keys = Array.ConvertAll(_sorted, id => Head(_vocabulary.Bytes(id)));
        Array.Sort(keys, _sorted);
        for (int start = 0, end; start < keys.Length; start = end)
        {
            for (end = start + 1; end < keys.Length && keys[end] == keys[start];) end++;
            if (end - start > 1)
                _sorted.AsSpan(start..end).Sort((a, b) => _vocabulary.Bytes(a).SequenceCompareTo(_vocabulary.Bytes(b)) is var c and not 0 ? c : a - b);
        }
    }

    static ulong Head(ReadOnlySpan<byte> bytes)
    {
        Span<byte> head = stackalloc byte[8];
        bytes[..Math.Min(8, bytes.Length)].CopyTo(head);
        return BinaryPrimitives.ReadUInt64BigEndian(head);
    }
}
