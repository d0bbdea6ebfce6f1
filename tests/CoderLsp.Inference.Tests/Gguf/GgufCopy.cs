using System.Runtime.InteropServices;
using CoderLsp.Inference.Gguf;
using CoderLsp.Kernels;

namespace CoderLsp.Inference.Tests.Gguf;

/// <summary>Makes files out of others.</summary>
static class GgufCopy
{
    /// <summary>Adds a metadata entry of another file.</summary>
    public static void AddCopy(this GgufWriter writer, GgufMetadata metadata, string key)
    {
        var value = metadata.Find(key)!;
        switch (value.ElementType ?? value.Type)
        {
            case GgufValueType.String when value.ElementType is null: writer.Add(key, metadata.GetString(key)); break;
            case GgufValueType.String: writer.AddArray(key, metadata.GetStrings(key)); break;
            case GgufValueType.Int32 when value.ElementType is not null: writer.AddArray<int>(key, metadata.GetInt32s(key)); break;
            case GgufValueType.Float32 when value.ElementType is not null: writer.AddArray<float>(key, metadata.GetFloats(key)); break;
            case GgufValueType.UInt32 when value.ElementType is null: writer.Add(key, metadata.GetUInt32(key)); break;
            case GgufValueType.Int32: writer.Add(key, metadata.GetInt32(key)); break;
            case GgufValueType.Float32: writer.Add(key, metadata.GetFloat(key)); break;
            case GgufValueType.Bool when value.ElementType is null: writer.Add(key, metadata.GetBool(key)); break;
            default: throw new NotSupportedException($"{key} is {value.TypeName}");
        }
    }

    /// <summary>Adds a tensor of another file, which must be open until this one is written.</summary>
    public static unsafe void AddCopy(this GgufWriter writer, GgufTensor tensor) =>
        writer.AddTensor(tensor.Name, tensor.Type, [.. tensor.Dimensions], stream => stream.Write(new ReadOnlySpan<byte>((void*)tensor.Data, (int)tensor.ByteLength)));

    /// <summary>Adds a tensor of another file with its values as another type of floats.</summary>
    public static void AddAsFloat16(this GgufWriter writer, GgufTensor tensor) => writer.AddFloat16(tensor.Name, [.. tensor.Dimensions], tensor.Values());

    public static void AddFloat16(this GgufWriter writer, string name, long[] dimensions, float[] values) =>
        writer.AddTensor(name, TensorType.F16, dimensions, stream => stream.Write(MemoryMarshal.AsBytes<Half>(values.Select(value => (Half)value).ToArray())));

    public static void AddFloat32(this GgufWriter writer, string name, long[] dimensions, float[] values) =>
        writer.AddTensor(name, TensorType.F32, dimensions, stream => stream.Write(MemoryMarshal.AsBytes<float>(values)));

    /// <summary>All values, the row's index the slowest.</summary>
    public static float[] Values(this GgufTensor tensor)
    {
        int rows = (int)tensor.Rows, columns = (int)tensor.Columns;
        var matrix = new Kernels.MatMul.Matrix(KernelRegistry.Find(tensor.Type)!, tensor.Data, rows, columns);
        var values = new float[rows * columns];
        for (var r = 0; r < rows; r++) matrix.Dequantize(r, values.AsSpan(r * columns, columns));
        return values;
    }

    public static byte[] ToArray(this GgufWriter writer)
    {
        using var file = new MemoryStream();
        writer.Write(file);
        return file.ToArray();
    }
}
