using System.Runtime.InteropServices;
using CoderLsp.Kernels;
using CoderLsp.Kernels.Attention;

namespace CoderLsp.Inference.KvCache;

/// <summary>
/// A text as the model has seen it: its tokens and their keys and values. Positions are added only after all layers are through, so that
/// a cancelled batch leaves a valid prefix.
/// </summary>
sealed unsafe class KvSequence(KvPagePool pool) : IDisposable
{
    readonly List<NativeBuffer<byte>> _pages = [];
    readonly List<int> _tokens = [];
    readonly NativeBuffer<nint> _pointers = new();

    public KvLayout Layout => pool.Layout;

    /// <summary>Tokens whose keys and values are here.</summary>
    public int Length => _tokens.Count;

    /// <summary>The pages' addresses, in order; valid until the next <see cref="Reserve"/>.</summary>
    public byte** Pages => (byte**)_pointers.Data;

    /// <summary>Makes room for <paramref name="count"/> positions after the last one.</summary>
    public void Reserve(int count)
    {
        var wanted = (Length + count + KvLayout.PageTokens - 1) / KvLayout.PageTokens;
        if (wanted > _pointers.Length)
        {
            _pointers.EnsureLength(Math.Max(64, 2 * wanted));
            for (var i = 0; i < _pages.Count; i++) _pointers.Data[i] = (nint)_pages[i].Data;
        }

        while (_pages.Count < wanted) // page by page, so that the two agree even when memory runs out
        {
            var page = pool.Take();
            _pointers.Data[_pages.Count] = (nint)page.Data;
            _pages.Add(page);
        }
    }

    /// <summary>Adds tokens whose keys and values were written for all layers.</summary>
    public void Append(ReadOnlySpan<int> tokens) => _tokens.AddRange(tokens);

    /// <summary>Forgets everything from position <paramref name="length"/> on.</summary>
    public void Truncate(int length)
    {
        _tokens.RemoveRange(length, Length - length);
        var wanted = (length + KvLayout.PageTokens - 1) / KvLayout.PageTokens;
        for (var i = wanted; i < _pages.Count; i++) pool.Return(_pages[i]);
        _pages.RemoveRange(wanted, _pages.Count - wanted);
    }

    /// <summary>How many leading tokens of <paramref name="tokens"/> are here.</summary>
    public int CommonPrefix(ReadOnlySpan<int> tokens) => CollectionsMarshal.AsSpan(_tokens).CommonPrefixLength(tokens);

    public void Dispose()
    {
        Truncate(0);
        _pointers.Dispose();
    }
}
