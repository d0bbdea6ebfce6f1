using System.Runtime.InteropServices;
using System.Text;
using CoderLsp.Kernels;

namespace CoderLsp.Inference.Gguf;

/// <summary>
/// Writes a GGUF file: add metadata and tensors, then write. Weights are never held in memory; each tensor's callback writes its blocks
/// to the stream when its turn comes. Names are not checked: <see cref="GgufFile.Open"/> does that.
/// </summary>
public sealed class GgufWriter
{
    readonly uint _version, _alignment;
    readonly List<Action<Stream>> _metadata = [];
    readonly List<(string Name, TensorType Type, long[] Dimensions, long ByteLength, Action<Stream> Write)> _tensors = [];

    /// <param name="version">2 or 3; the little-endian forms are alike.</param>
    /// <param name="alignment">Each tensor begins at a multiple of so many bytes; a power of two.</param>
    public GgufWriter(uint version = 3, uint alignment = 32)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(version, 2u);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(version, 3u);
        if (!uint.IsPow2(alignment)) throw new ArgumentException($"{alignment} is not a power of two.", nameof(alignment));
        (_version, _alignment) = (version, alignment);
        if (alignment != 32) Add("general.alignment", alignment);
    }

    public void Add(string key, string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        Add(key, GgufValueType.String, stream => String(stream, bytes));
    }

    /// <summary>Adds a number or a truth value; the value type of the format follows from <typeparamref name="T"/>.</summary>
    public void Add<T>(string key, T value) where T : unmanaged => Add(key, ValueType<T>(), stream => Number(stream, value));

    public void AddArray(string key, IEnumerable<string> values) => AddArray(key, values.Select(Encoding.UTF8.GetBytes).ToArray());

    /// <summary>Adds an array of strings that need not be UTF-8.</summary>
    public void AddArray(string key, IReadOnlyCollection<byte[]> values) => AddArray(key, GgufValueType.String, values.Count, stream =>
    {
        foreach (var value in values) String(stream, value);
    });

    /// <summary>Adds an array of numbers or truth values.</summary>
    public void AddArray<T>(string key, ReadOnlySpan<T> values) where T : unmanaged
    {
        var numbers = values.ToArray();
        AddArray(key, ValueType<T>(), numbers.Length, stream => stream.Write(MemoryMarshal.AsBytes<T>(numbers)));
    }

    /// <summary>Adds a tensor. <paramref name="write"/> is called once by each writing, in the order of adding, and must write exactly
    /// the bytes that the dimensions and the type ask for.</summary>
    public void AddTensor(string name, TensorType type, ReadOnlySpan<long> dimensions, Action<Stream> write)
    {
        var sizes = dimensions.ToArray();
        var bytes = checked(BlockLayouts.RowBytes(type, sizes[0]) * GgufTensor.Product(sizes, 1));
        _tensors.Add((name, type, sizes, bytes, write));
    }

    /// <summary>Writes the file to a stream that knows its position; the file begins at position 0.</summary>
    /// <exception cref="InvalidOperationException">A tensor's callback wrote too few or too many bytes.</exception>
    public void Write(Stream stream)
    {
        stream.Write("GGUF"u8);
        Number(stream, _version);
        Number(stream, (ulong)_tensors.Count);
        Number(stream, (ulong)_metadata.Count);
        foreach (var entry in _metadata) entry(stream);
        WriteTensorHeads(stream);
        foreach (var tensor in _tensors)
        {
            Pad(stream);
            var start = stream.Position;
            tensor.Write(stream);
            var written = stream.Position - start;
            if (written != tensor.ByteLength)
                throw new InvalidOperationException($"{tensor.Name}: {written} bytes written instead of {tensor.ByteLength}.");
        }
        Pad(stream);
    }

    void WriteTensorHeads(Stream stream)
    {
        var offset = 0L;
        foreach (var (name, type, dimensions, bytes, _) in _tensors)
        {
            String(stream, Encoding.UTF8.GetBytes(name));
            Number(stream, dimensions.Length);
            stream.Write(MemoryMarshal.AsBytes<long>(dimensions));
            Number(stream, (uint)type);
            Number(stream, offset);
            offset = (offset + bytes + _alignment - 1) & ~(_alignment - 1L);
        }
    }

    void Pad(Stream stream)
    {
        while (stream.Position % _alignment != 0) stream.WriteByte(0);
    }

    void AddArray(string key, GgufValueType element, int count, Action<Stream> writeElements) => Add(key, GgufValueType.Array, stream =>
    {
        Number(stream, (uint)element);
        Number(stream, (ulong)count);
        writeElements(stream);
    });

    void Add(string key, GgufValueType type, Action<Stream> writeValue) => _metadata.Add(stream =>
    {
        String(stream, Encoding.UTF8.GetBytes(key));
        Number(stream, (uint)type);
        writeValue(stream);
    });

    static void String(Stream stream, ReadOnlySpan<byte> bytes)
    {
        Number(stream, (ulong)bytes.Length);
        stream.Write(bytes);
    }

    static void Number<T>(Stream stream, T value) where T : unmanaged => stream.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));

    static GgufValueType ValueType<T>() => Type.GetTypeCode(typeof(T)) switch
    {
        TypeCode.Byte => GgufValueType.UInt8,
        TypeCode.SByte => GgufValueType.Int8,
        TypeCode.UInt16 => GgufValueType.UInt16,
        TypeCode.Int16 => GgufValueType.Int16,
        TypeCode.UInt32 => GgufValueType.UInt32,
        TypeCode.Int32 => GgufValueType.Int32,
        TypeCode.UInt64 => GgufValueType.UInt64,
        TypeCode.Int64 => GgufValueType.Int64,
        TypeCode.Single => GgufValueType.Float32,
        TypeCode.Double => GgufValueType.Float64,
        TypeCode.Boolean => GgufValueType.Bool,
        _ => throw new NotSupportedException($"GGUF has no value type for {typeof(T).Name}."),
    };
}
