using System.Numerics;

namespace CoderLsp.Inference.Gguf;

/// <summary>One metadata value of a GGUF file. It is decoded when asked for, so it can be read only while the file is open.</summary>
public sealed class GgufValue
{
    readonly MappedFile _file;
    readonly string _path;
    readonly long _offset;

    internal GgufValue(MappedFile file, string path, string key, GgufValueType type, GgufValueType? elementType, long offset, int count)
    {
        (_file, _path, Key, Type, ElementType, _offset, Count) = (file, path, key, type, elementType, offset, count);
        Strings = (elementType ?? type) == GgufValueType.String ? new(file, offset, count) : null;
    }

    public string Key { get; }

    public GgufValueType Type { get; }

    /// <summary>The type of the elements of an array; null if this is no array.</summary>
    public GgufValueType? ElementType { get; }

    /// <summary>The number of elements of an array; 1 for any other value.</summary>
    public int Count { get; }

    /// <summary>The type in words, <c>Array of 5 String</c>.</summary>
    public string TypeName => ElementType is { } element ? $"Array of {Count} {element}" : Type.ToString();

    /// <summary>An element of an array, or the value itself as number 0, as the .NET type of the same name.</summary>
    public object this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            return (ElementType ?? Type) switch
            {
                GgufValueType.UInt8 => Element<byte>(index),
                GgufValueType.Int8 => Element<sbyte>(index),
                GgufValueType.UInt16 => Element<ushort>(index),
                GgufValueType.Int16 => Element<short>(index),
                GgufValueType.UInt32 => Element<uint>(index),
                GgufValueType.Int32 => Element<int>(index),
                GgufValueType.Float32 => Element<float>(index),
                GgufValueType.Bool => Element<byte>(index) == 1,
                GgufValueType.UInt64 => Element<ulong>(index),
                GgufValueType.Int64 => Element<long>(index),
                GgufValueType.Float64 => Element<double>(index),
                _ => Strings![index],
            };
        }
    }

    internal GgufStrings? Strings { get; }

    internal string AsString() => Type == GgufValueType.String ? Strings![0] : throw Mismatch("String");

    internal bool AsBool() => Type == GgufValueType.Bool ? (bool)this[0] : throw Mismatch("Bool");

    internal float AsFloat() => Type switch
    {
        GgufValueType.Float32 => Element<float>(0),
        GgufValueType.Float64 => (float)Element<double>(0),
        _ => throw Mismatch("Float32"),
    };

    internal T AsInteger<T>() where T : struct, IBinaryInteger<T> => ElementType is null ? ToInteger<T>(0) : throw Mismatch(typeof(T).Name);

    internal GgufStrings AsStrings() => ElementType is not null && Strings is { } strings ? strings : throw Mismatch("Array of String");

    internal T[] AsIntegers<T>() where T : struct, IBinaryInteger<T>
    {
        if (ElementType is null) throw Mismatch($"Array of {typeof(T).Name}");
        var numbers = new T[Count];
        for (var i = 0; i < numbers.Length; i++) numbers[i] = ToInteger<T>(i);
        return numbers;
    }

    internal float[] AsFloats() => ElementType switch
    {
        GgufValueType.Float32 => Elements<float>().ToArray(),
        GgufValueType.Float64 => Array.ConvertAll(Elements<double>().ToArray(), value => (float)value),
        _ => throw Mismatch("Array of Float32"),
    };

    /// <summary>Any width is taken if the number fits: writers differ in what they choose.</summary>
    T ToInteger<T>(int index) where T : struct, IBinaryInteger<T>
    {
        Int128 value = (ElementType ?? Type) switch
        {
            GgufValueType.UInt8 => Element<byte>(index),
            GgufValueType.Int8 => Element<sbyte>(index),
            GgufValueType.UInt16 => Element<ushort>(index),
            GgufValueType.Int16 => Element<short>(index),
            GgufValueType.UInt32 => Element<uint>(index),
            GgufValueType.Int32 => Element<int>(index),
            GgufValueType.UInt64 => Element<ulong>(index),
            GgufValueType.Int64 => Element<long>(index),
            _ => throw Mismatch(ElementType is null ? typeof(T).Name : $"Array of {typeof(T).Name}"),
        };
        var number = T.CreateTruncating(value);
        return Int128.CreateTruncating(number) == value ? number
            : throw new GgufException($"{_path}: metadata '{Key}' holds {value}, which is outside the range of {typeof(T).Name}.");
    }

    T Element<T>(int index) where T : unmanaged => Elements<T>()[index];

    // Every element was checked to lie in the file when it was opened.
    unsafe ReadOnlySpan<T> Elements<T>() where T : unmanaged => new(_file.Start + _offset, Count);

    GgufException Mismatch(string wanted) => new($"{_path}: metadata '{Key}' is {TypeName}, but {wanted} is needed.");
}
