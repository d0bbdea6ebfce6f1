using CoderLsp.Kernels.Attention;

namespace CoderLsp.Inference.KvCache;

/// <summary>
/// The keys and values of the texts that a model has seen lately: a radix tree over their tokens in pages of 32, so that texts that begin
/// alike share pages. A page that a sequence goes through is kept; of the others the least recently used ones go when room is needed,
/// leaves first. For one thread.
/// </summary>
/// <param name="mostPages">Pages in all, at least as many as a full context has and one more, which is copied from.</param>
sealed unsafe class KvTree(KvLayout layout, int mostPages) : IDisposable
{
    readonly KvPage _root = new(0);
    readonly Stack<KvPage> _free = [];

    // Least recently used first. Whoever leaves a text lets go of its last page first, so what continues a page always comes before it.
    readonly LinkedList<KvPage> _unused = [];
    int _pages;
    long _added, _evicted;

    public KvLayout Layout { get; } = layout;

    public int MostPages => mostPages;

    /// <summary>May be asked from any thread.</summary>
    public CacheStatistics Statistics => new(Volatile.Read(ref _pages) * Layout.PageBytes, mostPages * Layout.PageBytes, Volatile.Read(ref _added), Volatile.Read(ref _evicted));

    /// <summary>The pages that nobody uses, each after the one that it continues.</summary>
    public IEnumerable<KvPage> LatestFirst => _unused.Reverse();

    /// <summary>Whether a page continues none.</summary>
    public bool IsFirst(KvPage page) => page.Parent == _root;

    /// <summary>How many pages a bound allows: a context's and one more at least.</summary>
    public static int PagesFor(KvLayout layout, long bytes, int contextTokens) =>
        (int)Math.Clamp(bytes / layout.PageBytes, (contextTokens + KvLayout.PageTokens - 1) / KvLayout.PageTokens + 1, int.MaxValue);

    /// <summary>Texts that nobody waits for: while they are interrupted, others may have their pages.</summary>
    public List<KvSequence> Expendable { get; } = [];

    /// <summary>An empty page that belongs to the caller.</summary>
    /// <param name="user">What it is for.</param>
    /// <exception cref="CacheFullException">All pages are in use.</exception>
    /// <exception cref="OutOfMemoryException">The system has no memory for a page, and none is unused.</exception>
    public KvPage Take(KvSequence? user = null)
    {
        if (_free.TryPop(out var free)) return free;
        if (_pages == mostPages) return Evict() ?? EvictExpendable(user) ?? throw new CacheFullException(Statistics.MostBytes);
        try
        {
            var page = new KvPage(Layout.PageBytes);
            Volatile.Write(ref _pages, _pages + 1);
            return page;
        }
        catch (OutOfMemoryException) when (_unused.Count > 0)
        {
            return Evict()!;
        }
    }

    /// <summary>Takes an empty page back.</summary>
    public void Return(KvPage page)
    {
        page.Truncate(0);
        _free.Push(page);
    }

    /// <summary>The page that goes on behind <paramref name="parent"/> (null: at the beginning) with the most tokens of <paramref name="text"/>.</summary>
    /// <param name="common">How many of its tokens those are.</param>
    public KvPage? Find(KvPage? parent, ReadOnlySpan<int> text, out int common)
    {
        KvPage? best = null;
        common = 0;
        foreach (var child in (parent ?? _root).Children)
        {
            var length = child.Tokens.CommonPrefixLength(text);
            if (length > common) (best, common) = (child, length);
        }

        return best;
    }

    /// <summary>
    /// Takes over a page, whose tokens follow those of <paramref name="parent"/> (null: the beginning), and gives the one of the tree that
    /// has them: where there is one with all of them already, that one.
    /// </summary>
    public KvPage Insert(KvPage? parent, KvPage page)
    {
        parent ??= _root;
        for (var i = parent.Children.Count - 1; i >= 0; i--)
        {
            var other = parent.Children[i];
            var common = other.Tokens.CommonPrefixLength(page.Tokens);
            if (common == page.Length)
            {
                Return(page);
                if (other.Users == 0) Touch(other);
                return other;
            }

            if (common == other.Length) Return(Remove(other)); // not full, so nobody goes through it
        }

        Volatile.Write(ref _added, _added + page.Length);
        page.Parent = parent;
        parent.Children.Add(page);
        _unused.AddLast(page.Age);
        return page;
    }

    /// <summary>Keeps a page until <see cref="Release"/>.</summary>
    public void Use(KvPage page)
    {
        if (page.Users++ == 0) _unused.Remove(page.Age);
    }

    /// <summary>Lets go of a page; of a text's pages the last one first.</summary>
    public void Release(KvPage page)
    {
        if (--page.Users == 0) _unused.AddLast(page.Age);
    }

    /// <summary>Takes a page out of the tree that nobody uses and nothing continues; it belongs to the caller.</summary>
    public KvPage Remove(KvPage page)
    {
        _unused.Remove(page.Age);
        page.Parent!.Children.Remove(page);
        page.Parent = null;
        return page;
    }

    /// <summary>Takes a full page that the caller uses out of the tree, to be written from <paramref name="length"/> on; a copy where others want it as it is.</summary>
    /// <inheritdoc cref="Take" path="/exception"/>
    public KvPage Withdraw(KvPage page, int length, KvSequence user)
    {
        if (page is { Users: 1, Children.Count: 0 })
        {
            Release(page);
            return Remove(page);
        }

        var fork = Fork(page, length, user);
        Release(page);
        return fork;
    }

    /// <summary>A page of the caller's own with the first tokens of another one.</summary>
    /// <inheritdoc cref="Take" path="/exception"/>
    public KvPage Fork(KvPage page, int length, KvSequence user)
    {
        Use(page);
        try
        {
            var fork = Take(user);
            page.Data.CopyTo(fork.Data); // all of it: however keys and values lie, what is behind the first ones is written again
            foreach (var token in page.Tokens[..length]) fork.Append(token);
            return fork;
        }
        finally
        {
            Release(page);
        }
    }

    /// <summary>Says that a leaf is not likely to be asked for again: it is the first to go.</summary>
    public void Outdate(KvPage page)
    {
        if (page is not { Users: 0, Children.Count: 0 }) return;
        _unused.Remove(page.Age);
        _unused.AddFirst(page.Age);
    }

    /// <summary>Frees all memory. No sequence may be open.</summary>
    public void Dispose()
    {
        foreach (var page in _unused) page.Dispose();
        foreach (var page in _free) page.Dispose();
    }

    /// <summary>Counts as use of a page that nobody uses.</summary>
    public void Touch(KvPage page)
    {
        if (page.Parent is null) return; // another one has its tokens
        _unused.Remove(page.Age);
        _unused.AddLast(page.Age);
    }

    KvPage? EvictExpendable(KvSequence? user)
    {
        if (Expendable.Find(sequence => sequence != user && sequence.Length > 0) is not { } sequence) return null;
        sequence.Abandon();
        return _free.TryPop(out var free) ? free : Evict();
    }

    KvPage? Evict()
    {
        if (_unused.First is not { Value: var page }) return null;
        Volatile.Write(ref _evicted, _evicted + page.Length);
        Remove(page).Truncate(0);
        return page;
    }
}
