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
    public static unsafe void AddAsFloat16(this GgufWriter writer, GgufTensor tensor) => writer.AddTensor(tensor.Name, TensorType.F16, [.. tensor.Dimensions], stream =>
    {
        var columns = (int)tensor.Columns;
        var matrix = new Kernels.MatMul.Matrix(KernelRegistry.Find(tensor.Type)!, tensor.Data, (int)tensor.Rows, columns);
        var row = new float[columns];
        var halves = new Half[columns];
        for (var r = 0; r < tensor.Rows; r++)
        {
            matrix.Dequantize(r, row);
            for (var c = 0; c < columns; c++) halves[c] = (Half)row[c];
            stream.Write(MemoryMarshal.AsBytes<Half>(halves));
        }
    });

    public static byte[] ToArray(this GgufWriter writer)
    {
        using var file = new MemoryStream();
        writer.Write(file);
        return file.ToArray();
    }
}
