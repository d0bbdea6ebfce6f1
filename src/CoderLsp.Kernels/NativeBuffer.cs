using System.Runtime.InteropServices;

namespace CoderLsp.Kernels;

/// <summary>Memory outside the managed heap, aligned to 64 bytes, zeroed, that grows on demand and never moves otherwise.</summary>
public sealed unsafe class NativeBuffer<T> : IDisposable where T : unmanaged
{
    T* _data;

    public NativeBuffer(long length = 0) => EnsureLength(length);

    ~NativeBuffer() => Free();

    public T* Data => _data;

    public long Length { get; private set; }

    public Span<T> Span(long start, int length)
    {
        if (start < 0 || length < 0 || start + length > Length) throw new ArgumentOutOfRangeException(nameof(start));
        return new Span<T>(_data + start, length);
    }

    /// <summary>Copies all elements to a buffer that is at least as long.</summary>
    public void CopyTo(NativeBuffer<T> other) => Buffer.MemoryCopy(_data, other._data, other.Length * sizeof(T), Length * sizeof(T));

    /// <summary>Makes room for <paramref name="length"/> elements. What was held before is lost when it grows.</summary>
    public void EnsureLength(long length)
    {
        if (length <= Length) return;
        var bytes = checked((nuint)length * (nuint)sizeof(T));
        Free();
        _data = (T*)NativeMemory.AlignedAlloc(bytes, 64);
        NativeMemory.Clear(_data, bytes);
        Length = length;
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    void Free()
    {
        NativeMemory.AlignedFree(_data);
        _data = null;
        Length = 0;
    }
}
