using CoderLsp.Kernels;
using CoderLsp.Kernels.Attention;

namespace CoderLsp.Inference.KvCache;

/// <summary>
/// A text as the model has seen it: its tokens and their keys and values. Full pages are in the tree, where others find them; the last
/// one, while it is written, is the sequence's own. Positions are added only after all layers are through, so that a cancelled batch
/// leaves a valid prefix.
/// </summary>
/// <param name="isShared">Whether the text comes from the tree and stays there; else everything is computed anew and forgotten.</param>
sealed unsafe class KvSequence(KvTree tree, bool isShared = true) : IDisposable
{
    readonly List<KvPage> _pages = new(512); // the full ones, the one that is written, those for positions to come
    readonly NativeBuffer<nint> _pointers = new();

    /// <summary>Tokens whose keys and values are here.</summary>
    public int Length { get; private set; }

    /// <summary>The pages' addresses, in order; valid until pages are added.</summary>
    public byte** Pages => (byte**)_pointers.Data;

    /// <summary>Whether its pages were given to others: its work is over.</summary>
    public bool IsAbandoned { get; private set; }

    int FullPages => Length / KvLayout.PageTokens;

    /// <summary>Takes over what the tree has of <paramref name="text"/>, which begins with the sequence's tokens. In the middle of a page it has nothing.</summary>
    /// <inheritdoc cref="KvTree.Take" path="/exception"/>
    public void Extend(ReadOnlySpan<int> text)
    {
        if (!isShared || Length % KvLayout.PageTokens != 0) return;
        GiveBackReserved();
        while (tree.Find(LastPage, text[Length..], out var common) is { } page)
        {
            EnsurePointers(_pages.Count + 1);
            if (common == KvLayout.PageTokens) tree.Use(page);
            else if (common == page.Length) tree.Remove(page); // goes on to be written
            else
            {
                var known = page;
                page = tree.Fork(known, common, this);
                if (Length + common < text.Length) tree.Outdate(known); // the text has become another one
            }

            Add(page);
            Length += common;
            if (!page.IsFull) return;
        }
    }

    /// <summary>Makes room for <paramref name="count"/> positions after the last one.</summary>
    /// <inheritdoc cref="KvTree.Take" path="/exception"/>
    public void Reserve(int count)
    {
        var wanted = (Length + count + KvLayout.PageTokens - 1) / KvLayout.PageTokens;
        EnsurePointers(wanted);
        while (_pages.Count < wanted) Add(tree.Take(this));
    }

    /// <summary>Adds tokens for which there is room and whose keys and values were written for all layers.</summary>
    public void Append(ReadOnlySpan<int> tokens)
    {
        foreach (var token in tokens)
        {
            var index = FullPages;
            _pages[index].Append(token);
            Length++;
            if (!isShared || !_pages[index].IsFull) continue;
            var page = tree.Insert(Parent(index), _pages[index]);
            tree.Use(page);
            Put(index, page);
        }
    }

    /// <summary>Forgets everything from position <paramref name="length"/> on.</summary>
    public void Truncate(int length)
    {
        GiveBackReserved();
        var kept = length / KvLayout.PageTokens;
        for (var i = _pages.Count - 1; i > kept; i--) Leave(i);
        if (kept < _pages.Count)
        {
            var rest = length % KvLayout.PageTokens;
            if (rest == 0) Leave(kept);
            else
            {
                if (isShared && _pages[kept].IsFull) Put(kept, tree.Withdraw(_pages[kept], rest, this));
                _pages[kept].Truncate(rest);
            }
        }

        Length = length;
    }

    /// <summary>Ends the text. It stays in the tree.</summary>
    public void Clear()
    {
        GiveBackReserved();
        for (var i = _pages.Count - 1; i >= 0; i--) Leave(i);
        Length = 0;
        IsAbandoned = false;
    }

    /// <summary>Lets others have its pages, in the middle of its work.</summary>
    public void Abandon()
    {
        Clear();
        IsAbandoned = true;
    }

    public void Dispose()
    {
        Clear();
        _pointers.Dispose();
    }

    KvPage? LastPage => Parent(_pages.Count);

    KvPage? Parent(int index) => index == 0 ? null : _pages[index - 1];

    /// <summary>Lets go of the last page.</summary>
    void Leave(int index)
    {
        var page = _pages[index];
        _pages.RemoveAt(index);
        if (!isShared) tree.Return(page);
        else if (page.IsFull) tree.Release(page);
        else tree.Insert(LastPage, page);
    }

    void GiveBackReserved()
    {
        for (var i = _pages.Count - 1; i >= 0 && _pages[i].Length == 0; i--)
        {
            tree.Return(_pages[i]);
            _pages.RemoveAt(i);
        }
    }

    void Add(KvPage page)
    {
        _pages.Add(page);
        Put(_pages.Count - 1, page);
    }

    void Put(int index, KvPage page)
    {
        _pages[index] = page;
        _pointers.Data[index] = (nint)page.Data.Data;
    }

    // Before pages are taken, so that the two agree even when memory runs out.
    void EnsurePointers(int count)
    {
        if (count <= _pointers.Length) return;
        _pointers.EnsureLength(Math.Max(64, 2 * count));
        for (var i = 0; i < _pages.Count; i++) Put(i, _pages[i]);
    }
}
