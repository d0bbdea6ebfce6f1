using System.Buffers.Binary;
using System.Numerics;
using CoderLsp.Kernels;

namespace CoderLsp.Inference.Gguf;

/// <summary>
/// Reads what stands before the tensors' data and checks all of it:
/// <code>
/// magic 'GGUF' | version u32 | tensor count u64 | metadata count u64
/// metadata: key string | type u32 | value            string: length u64 | bytes    array: type u32 | count u64 | values
/// tensors:  name string | dimensions u32 | size u64 … | type u32 | offset u64
/// padding to the alignment | data
/// </code>
/// The file is untrusted: no count or length is believed before it was compared with what is left of the file.
/// </summary>
sealed unsafe class GgufParser(MappedFile file, string path)
{
    const uint Magic = 0x46554747;
    const int DefaultAlignment = 32;
    const int MaxDimensions = 4;
    // Real files have some dozens of metadata entries and at most a few thousand tensors; an object is made for each.
    const int MaxEntries = 1 << 16;
    // A key of one byte with a value of one; a name of one byte with one dimension.
    const int SmallestEntry = 8 + 1 + 4 + 1, SmallestTensor = 8 + 1 + 4 + 8 + 4 + 8;

    readonly GgufCursor _cursor = new(file, path);

    public uint Version { get; private set; }
    public long Alignment { get; private set; } = DefaultAlignment;
    public GgufMetadata Metadata { get; private set; } = null!;
    public List<GgufTensor> Tensors { get; } = [];

    /// <exception cref="GgufException">The file is malformed or of a kind that is not supported.</exception>
    public void Parse()
    {
        ReadVersion();
        var tensorCount = _cursor.ReadCount("tensors", SmallestTensor, MaxEntries);
        Metadata = ReadMetadata(_cursor.ReadCount("metadata entries", SmallestEntry, MaxEntries));
        Alignment = ReadAlignment();
        ReadTensors(tensorCount);
        CheckOverlaps();
    }

    void ReadVersion()
    {
        if (file.Length < sizeof(uint) || _cursor.Read<uint>() != Magic)
            throw new GgufException($"{path}: this is not a GGUF file (it does not begin with 'GGUF').");
        Version = _cursor.Read<uint>();
        if (Version is 2 or 3) return;
        var swapped = BinaryPrimitives.ReverseEndianness(Version);
        throw new GgufException(
            swapped is 1 or 2 or 3 ? $"{path}: this is a big-endian GGUF file; only little-endian files are supported."
            : Version == 1 ? $"{path}: this is a GGUF file of version 1, which is not supported; convert it to version 3."
            : $"{path}: this is a GGUF file of version {Version}; versions 2 and 3 are supported.");
    }

    GgufMetadata ReadMetadata(int count)
    {
        var values = new Dictionary<string, GgufValue>(count);
        var keys = new List<string>(count);
        for (var i = 0; i < count; i++)
        {
            _cursor.Where = $"metadata entry {i + 1} of {count}";
            var key = _cursor.ReadName();
            _cursor.Where = $"metadata '{key}'";
            if (!values.TryAdd(key, ReadValue(key))) throw _cursor.Error("occurs twice");
            keys.Add(key);
        }
        return new(path, keys, values);
    }

    GgufValue ReadValue(string key)
    {
        var type = ReadValueType();
        if (type != GgufValueType.Array) return new(file, path, key, type, null, SkipElements(type, 1), 1);

        var element = ReadValueType();
        if (element == GgufValueType.Array) throw _cursor.Error("is an array of arrays, which is not supported");
        // A string is at least the eight bytes of its length.
        var smallest = element == GgufValueType.String ? sizeof(ulong) : element.FixedSize();
        var count = _cursor.ReadCount("elements", smallest, Array.MaxLength);
        return new(file, path, key, type, element, SkipElements(element, count), count);
    }

    GgufValueType ReadValueType()
    {
        var type = _cursor.Read<uint>();
        return type <= (uint)GgufValueType.Float64 ? (GgufValueType)type : throw _cursor.Error($"has the unknown value type {type}");
    }

    /// <summary>Checks and skips values that follow each other, and returns where they begin.</summary>
    long SkipElements(GgufValueType type, int count)
    {
        var start = _cursor.Position;
        if (type == GgufValueType.String)
            for (var i = 0; i < count; i++) _cursor.ReadString();
        else
            _cursor.Skip((ulong)count * (ulong)type.FixedSize());
        if (type == GgufValueType.Bool)
            foreach (var value in file.Slice(start, count))
                if (value > 1) throw _cursor.Error("has a truth value that is neither 0 nor 1");
        return start;
    }

    long ReadAlignment()
    {
        var alignment = Metadata.TryGetUInt32("general.alignment") ?? DefaultAlignment;
        return BitOperations.IsPow2(alignment) ? alignment
            : throw new GgufException($"{path}: metadata 'general.alignment' is {alignment}, which is not a power of two.");
    }

    void ReadTensors(int count)
    {
        var entries = new TensorEntry[count];
        for (var i = 0; i < count; i++)
        {
            _cursor.Where = $"tensor {i + 1} of {count}";
            var name = _cursor.ReadName();
            _cursor.Where = $"tensor '{name}'";
            var dimensions = ReadDimensions();
            entries[i] = new(name, ReadTensorType(), dimensions, _cursor.Read<ulong>());
        }

        // Only now is it known where the data begins, from which the offsets count.
        var mask = Alignment - 1;
        var dataStart = checked(_cursor.Position + mask) & ~mask;
        var names = new HashSet<string>(count);
        foreach (var entry in entries)
        {
            _cursor.Where = $"tensor '{entry.Name}'";
            if (!names.Add(entry.Name)) throw _cursor.Error("occurs twice");
            Tensors.Add(Locate(entry, dataStart));
        }
    }

    long[] ReadDimensions()
    {
        var count = _cursor.Read<uint>();
        if (count is 0 or > MaxDimensions) throw _cursor.Error($"has {count} dimensions; 1 to {MaxDimensions} are allowed");
        var dimensions = new long[count];
        foreach (ref var size in dimensions.AsSpan())
        {
            var value = _cursor.Read<ulong>();
            if (value is 0 or > long.MaxValue) throw _cursor.Error($"has a dimension of {value}");
            size = (long)value;
        }
        return dimensions;
    }

    TensorType ReadTensorType()
    {
        var number = _cursor.Read<uint>();
        return number <= int.MaxValue && BlockLayouts.TryGet((TensorType)number, out _) ? (TensorType)number
            : throw _cursor.Error($"has the type number {number}{Named(number)}, which is not supported");
    }

    // Types that other programs write, so that a user knows which file to look for instead.
    static string Named(uint type) => type switch
    {
        34 => " (TQ1_0)",
        35 => " (TQ2_0)",
        39 => " (MXFP4)",
        40 => " (NVFP4)",
        _ => "",
    };

    GgufTensor Locate(TensorEntry entry, long dataStart)
    {
        var (name, type, dimensions, offset) = entry;
        var block = BlockLayouts.Of(type).BlockSize;
        if (dimensions[0] % block != 0)
            throw _cursor.Error($"has rows of {dimensions[0]} values, which is not a multiple of {block}, the block size of {type}");
        if (offset % (ulong)Alignment != 0)
            throw _cursor.Error($"lies at offset {offset}, which is not a multiple of the alignment {Alignment}");

        long bytes;
        try
        {
            _ = GgufTensor.Product(dimensions, 0);
            bytes = checked(BlockLayouts.RowBytes(type, dimensions[0]) * GgufTensor.Product(dimensions, 1));
        }
        catch (OverflowException)
        {
            throw _cursor.Error($"has the impossible size {string.Join(" × ", dimensions)}");
        }
        if (bytes > file.Length || offset > (ulong)(file.Length - bytes) || dataStart > file.Length - bytes - (long)offset)
            throw _cursor.Error($"needs {bytes} bytes at offset {offset} of the data that begins at byte {dataStart}, "
                + $"but the file ends after {file.Length} bytes; it is damaged or incomplete");
        var start = dataStart + (long)offset;
        return new(name, type, dimensions, start, bytes, (nint)(file.Start + start));
    }

    void CheckOverlaps()
    {
        var sorted = Tensors.ToArray();
        Array.Sort(sorted, (a, b) => a.Offset.CompareTo(b.Offset));
        for (var i = 1; i < sorted.Length; i++)
        {
            var (tensor, before) = (sorted[i], sorted[i - 1]);
            if (tensor.Offset < before.Offset + before.ByteLength)
                throw new GgufException(
                    $"{path}: the data of the tensors '{before.Name}' and '{tensor.Name}' overlap at byte {tensor.Offset}.");
        }
    }

    sealed record TensorEntry(string Name, TensorType Type, long[] Dimensions, ulong Offset);
}
