using CoderLsp.Kernels;
using CoderLsp.Kernels.Attention;

namespace CoderLsp.Inference.KvCache;

/// <summary>Hands out pages of keys and values and takes them back. Pages are kept for the next use, not returned to the system.</summary>
sealed class KvPagePool(KvLayout layout) : IDisposable
{
    readonly Stack<NativeBuffer<ushort>> _free = [];

    public KvLayout Layout { get; } = layout;

    public NativeBuffer<ushort> Take() => _free.TryPop(out var page) ? page : new NativeBuffer<ushort>(Layout.PageLength);

    public void Return(NativeBuffer<ushort> page) => _free.Push(page);

    public void Dispose()
    {
        foreach (var page in _free) page.Dispose();
    }
}
