using CoderLsp.Kernels;
using CoderLsp.Kernels.Attention;

namespace CoderLsp.Inference.KvCache;

/// <summary>Hands out pages of keys and values and takes them back. Pages are kept for the next use, not returned to the system.</summary>
sealed class KvPagePool(KvLayout layout) : IDisposable
{
    readonly Stack<NativeBuffer<byte>> _free = [];
    long _pages;

    public KvLayout Layout { get; } = layout;

    /// <summary>Bytes of all pages, those that are free included. May be asked from any thread.</summary>
    public long Bytes => Volatile.Read(ref _pages) * Layout.PageBytes;

    public NativeBuffer<byte> Take()
    {
        if (_free.TryPop(out var free)) return free;
        var page = new NativeBuffer<byte>(Layout.PageBytes);
        Volatile.Write(ref _pages, _pages + 1);
        return page;
    }

    public void Return(NativeBuffer<byte> page) => _free.Push(page);

    public void Dispose()
    {
        foreach (var page in _free) page.Dispose();
    }
}
