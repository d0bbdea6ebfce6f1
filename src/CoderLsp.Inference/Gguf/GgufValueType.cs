using System.Diagnostics.CodeAnalysis;

namespace CoderLsp.Inference.Gguf;

/// <summary>The types of metadata values, with the numbers that GGUF files use for them.</summary>
[SuppressMessage("Naming", "CA1720", Justification = "The names of the format's specification.")]
public enum GgufValueType
{
    UInt8 = 0,
    Int8 = 1,
    UInt16 = 2,
    Int16 = 3,
    UInt32 = 4,
    Int32 = 5,
    Float32 = 6,
    Bool = 7,
    String = 8,
    Array = 9,
    UInt64 = 10,
    Int64 = 11,
    Float64 = 12,
}

static class GgufValueTypes
{
    /// <summary>Bytes of one value; 0 for strings and arrays, whose size depends on the value, and for unknown numbers.</summary>
    public static int FixedSize(this GgufValueType type) => type switch
    {
        GgufValueType.UInt8 or GgufValueType.Int8 or GgufValueType.Bool => 1,
        GgufValueType.UInt16 or GgufValueType.Int16 => 2,
        GgufValueType.UInt32 or GgufValueType.Int32 or GgufValueType.Float32 => 4,
        GgufValueType.UInt64 or GgufValueType.Int64 or GgufValueType.Float64 => 8,
        _ => 0,
    };
}
