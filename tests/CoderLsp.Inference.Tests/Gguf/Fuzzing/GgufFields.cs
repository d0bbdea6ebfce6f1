using System.Buffers.Binary;
using CoderLsp.Inference.Gguf;

namespace CoderLsp.Inference.Tests.Gguf.Fuzzing;

/// <summary>What a place of a GGUF file is for.</summary>
enum FieldKind
{
    Magic, Version, TensorCount, EntryCount,
    KeyLength, Key, ValueType, ElementType, ElementCount, Number, Element, StringLength, Text,
    NameLength, Name, DimensionCount, Dimension, TensorType, Offset,
    Data,
}

/// <param name="At">Bytes from the start of the file.</param>
readonly record struct Field(FieldKind Kind, int At, int Size);

/// <summary>Finds every structural field of a valid file. It is a second reader, so that it shares no mistake with the one under test.</summary>
sealed class GgufFields
{
    readonly byte[] _file;
    int _at;

    GgufFields(byte[] file) => _file = file;

    public List<Field> All { get; } = [];

    /// <summary>The fields of a file, in its order; data is one field a tensor.</summary>
    public static List<Field> Of(string path)
    {
        var fields = new GgufFields(File.ReadAllBytes(path));
        fields.Walk();
        using var part = GgufPart.Open(path);
        foreach (var tensor in part.Header.Tensors) fields.All.Add(new(FieldKind.Data, (int)tensor.Offset, (int)tensor.ByteLength));
        return fields.All;
    }

    void Walk()
    {
        Add(FieldKind.Magic, 4);
        Add(FieldKind.Version, 4);
        var (tensors, entries) = (Add(FieldKind.TensorCount, 8), Add(FieldKind.EntryCount, 8));
        for (var i = 0ul; i < entries; i++)
        {
            Add(FieldKind.Key, (int)Add(FieldKind.KeyLength, 8));
            Value(Add(FieldKind.ValueType, 4));
        }

        for (var i = 0ul; i < tensors; i++)
        {
            Add(FieldKind.Name, (int)Add(FieldKind.NameLength, 8));
            for (var dimensions = Add(FieldKind.DimensionCount, 4); dimensions > 0; dimensions--) Add(FieldKind.Dimension, 8);
            Add(FieldKind.TensorType, 4);
            Add(FieldKind.Offset, 8);
        }
    }

    void Value(ulong type, FieldKind kind = FieldKind.Number)
    {
        if (type == 8) Add(FieldKind.Text, (int)Add(FieldKind.StringLength, 8));
        else if (type != 9) Add(kind, type switch { 0 or 1 or 7 => 1, 2 or 3 => 2, 4 or 5 or 6 => 4, _ => 8 });
        else
        {
            var element = Add(FieldKind.ElementType, 4);
            for (var count = Add(FieldKind.ElementCount, 8); count > 0; count--) Value(element, FieldKind.Element);
        }
    }

    /// <summary>Notes a field and returns its number, if it has at most eight bytes.</summary>
    ulong Add(FieldKind kind, int size)
    {
        All.Add(new(kind, _at, size));
        Span<byte> number = stackalloc byte[8];
        if (size <= 8) _file.AsSpan(_at, size).CopyTo(number);
        _at += size;
        return BinaryPrimitives.ReadUInt64LittleEndian(number);
    }
}
