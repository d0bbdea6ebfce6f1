using System.Runtime.InteropServices;
using CoderLsp.Inference.Gguf;
using CoderLsp.Kernels;

namespace CoderLsp.Inference.Tests.Gguf;

public class GgufRoundTripTests
{
    static GgufFile Open(out TempFile file, Action<GgufWriter> build, uint version = 3, uint alignment = 32)
    {
        file = new TempFile(SmallFile.Build(version, alignment, build));
        return GgufFile.Open(file.Path);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_scalar_type_comes_back(uint version)
    {
        using var gguf = Open(out var file, writer =>
        {
            writer.Add("u8", byte.MaxValue);
            writer.Add("i8", sbyte.MinValue);
            writer.Add("u16", ushort.MaxValue);
            writer.Add("i16", short.MinValue);
            writer.Add("u32", uint.MaxValue);
            writer.Add("i32", int.MinValue);
            writer.Add("u64", ulong.MaxValue);
            writer.Add("i64", long.MinValue);
            writer.Add("f32", 1.5f);
            writer.Add("f64", -2.25);
            writer.Add("yes", true);
            writer.Add("no", false);
            writer.Add("text", "grüße ▁ 😀");
            writer.Add("empty", "");
        }, version);
        using (file)
        {
            var metadata = gguf.Metadata;
            gguf.Version.ShouldBe(version);
            metadata.Find("u8")![0].ShouldBe(byte.MaxValue);
            metadata.Find("i8")![0].ShouldBe(sbyte.MinValue);
            metadata.Find("u16")![0].ShouldBe(ushort.MaxValue);
            metadata.Find("i16")![0].ShouldBe(short.MinValue);
            metadata.Find("u32")![0].ShouldBe(uint.MaxValue);
            metadata.Find("i32")![0].ShouldBe(int.MinValue);
            metadata.Find("u64")![0].ShouldBe(ulong.MaxValue);
            metadata.Find("i64")![0].ShouldBe(long.MinValue);
            metadata.Find("f32")![0].ShouldBe(1.5f);
            metadata.Find("f64")![0].ShouldBe(-2.25);
            metadata.GetBool("yes").ShouldBeTrue();
            metadata.GetBool("no").ShouldBeFalse();
            metadata.GetString("text").ShouldBe("grüße ▁ 😀");
            metadata.GetString("empty").ShouldBe("");
            metadata.Find("i64")!.TypeName.ShouldBe("Int64");
            metadata.Keys.Take(6).ShouldBe(["general.architecture", "answer", "truth", "words", "u8", "i8"]);
        }
    }

    [Fact]
    public void Every_array_type_comes_back()
    {
        using var gguf = Open(out var file, writer =>
        {
            writer.AddArray<byte>("u8", [0, 255]);
            writer.AddArray<sbyte>("i8", [-128, 127]);
            writer.AddArray<ushort>("u16", [65535]);
            writer.AddArray<short>("i16", [-32768]);
            writer.AddArray<uint>("u32", [1, 2]);
            writer.AddArray<int>("i32", [-1, 7]);
            writer.AddArray<ulong>("u64", [ulong.MaxValue]);
            writer.AddArray<long>("i64", [long.MinValue]);
            writer.AddArray<float>("f32", [0.5f, -1]);
            writer.AddArray<double>("f64", [0.25]);
            writer.AddArray<bool>("flags", [true, false]);
            writer.AddArray("bytes", [[0xFF, 0x00], "ok"u8.ToArray()]);
            writer.AddArray<int>("none", []);
        });
        using (file)
        {
            var metadata = gguf.Metadata;
            metadata.GetInt32s("u8").ShouldBe([0, 255]);
            metadata.GetInt32s("i8").ShouldBe([-128, 127]);
            metadata.GetInt32s("u16").ShouldBe([65535]);
            metadata.GetInt32s("i16").ShouldBe([-32768]);
            metadata.GetInt32s("u32").ShouldBe([1, 2]);
            metadata.GetInt32s("i32").ShouldBe([-1, 7]);
            metadata.Find("u64")![0].ShouldBe(ulong.MaxValue);
            metadata.Find("i64")![0].ShouldBe(long.MinValue);
            metadata.GetFloats("f32").ShouldBe([0.5f, -1]);
            metadata.GetFloats("f64").ShouldBe([0.25f]);
            metadata.Find("flags")!.TypeName.ShouldBe("Array of 2 Bool");
            metadata.Find("flags")![0].ShouldBe(true);
            metadata.Find("flags")![1].ShouldBe(false);
            metadata.GetStrings("words").ShouldBe(["one", "two", "three"]);
            metadata.GetStrings("bytes").Bytes(0).ToArray().ShouldBe([0xFF, 0x00]);
            metadata.GetStrings("bytes")[0].ShouldBe("\uFFFD\0");
            metadata.GetInt32s("none").ShouldBeEmpty();
        }
    }

    [Fact]
    public void Integers_of_any_width_are_taken_if_they_fit()
    {
        using var gguf = Open(out var file, writer =>
        {
            writer.Add("wide", 7UL);
            writer.Add("narrow", (byte)7);
            writer.Add("big", 3_000_000_000L);
            writer.Add("negative", (short)-1);
        });
        using (file)
        {
            var metadata = gguf.Metadata;
            metadata.GetInt32("wide").ShouldBe(7);
            metadata.GetUInt64("narrow").ShouldBe(7UL);
            metadata.GetUInt32("big").ShouldBe(3_000_000_000);
            metadata.GetInt64("negative").ShouldBe(-1);
            Should.Throw<GgufException>(() => metadata.GetInt32("big")).Message.ShouldContain("'big' holds 3000000000");
            Should.Throw<GgufException>(() => metadata.GetUInt32("negative")).Message.ShouldContain("'negative' holds -1");
        }
    }

    [Fact]
    public void A_value_of_another_type_is_an_error_that_names_key_and_types_and_a_missing_one_is_null_or_an_error()
    {
        using var gguf = Open(out var file, _ => { });
        using (file)
        {
            var metadata = gguf.Metadata;
            string Error(Action read) => Should.Throw<GgufException>(read).Message;
            Error(() => metadata.GetString("answer")).ShouldEndWith("metadata 'answer' is UInt32, but String is needed.");
            Error(() => metadata.TryGetUInt32("words")).ShouldEndWith("metadata 'words' is Array of 3 String, but UInt32 is needed.");
            Error(() => metadata.GetInt32s("words")).ShouldEndWith("metadata 'words' is Array of 3 String, but Array of Int32 is needed.");
            Error(() => metadata.GetFloat("answer")).ShouldEndWith("metadata 'answer' is UInt32, but Float32 is needed.");
            Error(() => metadata.GetStrings("general.architecture")).ShouldEndWith("is String, but Array of String is needed.");
            Error(() => metadata.GetBool("answer")).ShouldEndWith("metadata 'answer' is UInt32, but Bool is needed.");
            Error(() => metadata.GetFloats("answer")).ShouldEndWith("metadata 'answer' is UInt32, but Array of Float32 is needed.");
            Error(() => metadata.GetString("absent")).ShouldEndWith("the metadata 'absent' is missing.");
            metadata.TryGetString("absent").ShouldBeNull();
            metadata.TryGetInt32("absent").ShouldBeNull();
            metadata.Find("absent").ShouldBeNull();
        }
    }

    [Theory]
    [InlineData(2, 32)]
    [InlineData(3, 32)]
    [InlineData(3, 1)]
    [InlineData(3, 4096)]
    public void Tensors_come_back_where_they_were_written(uint version, uint alignment)
    {
        using var gguf = Open(out var file,
            writer => writer.AddTensor("gamma", TensorType.F16, [2, 3, 4, 5], stream => SmallFile.Fill(stream, 240, 3)),
            version, alignment);
        using (file)
        {
            gguf.Alignment.ShouldBe(alignment);
            gguf.Tensors.Select(t => t.Name).ShouldBe(["alpha", "beta", "gamma"]);
            var alpha = gguf.Get("alpha");
            (alpha.Type, alpha.Columns, alpha.Rows, alpha.Count, alpha.ByteLength).ShouldBe((TensorType.Q8_0, 64, 3, 192, 204));
            gguf.Get("gamma").Dimensions.ShouldBe([2, 3, 4, 5]);
            gguf.Get("gamma").Rows.ShouldBe(60);
            foreach (var (tensor, value) in gguf.Tensors.Zip([(byte)1, (byte)2, (byte)3]))
            {
                (tensor.Offset % alignment).ShouldBe(0);
                Bytes(tensor).ShouldAllBe(b => b == value);
            }
            gguf.Find("delta").ShouldBeNull();
            Should.Throw<GgufException>(() => gguf.Get("delta")).Message.ShouldBe($"{file.Path}: the tensor 'delta' is missing.");
        }
    }

    [Fact]
    public void After_closing_values_throw_and_do_not_fault()
    {
        var gguf = Open(out var file, _ => { });
        using (file)
        {
            var words = gguf.Metadata.GetStrings("words");
            words[2].ShouldBe("three");
            gguf.Dispose();
            gguf.Dispose();
            Should.Throw<ObjectDisposedException>(() => words[0]);
            Should.Throw<ObjectDisposedException>(() => gguf.Metadata.GetUInt32("answer"));
        }
    }

    [Fact]
    public void A_tensor_whose_callback_writes_too_little_is_refused()
    {
        var writer = new GgufWriter();
        writer.AddTensor("short", TensorType.F32, [5], stream => stream.WriteByte(0));
        Should.Throw<InvalidOperationException>(() => writer.Write(new MemoryStream())).Message
            .ShouldContain("short: 1 bytes written instead of 20");
    }

    static byte[] Bytes(GgufTensor tensor)
    {
        var bytes = new byte[tensor.ByteLength];
        Marshal.Copy(tensor.Data, bytes, 0, bytes.Length);
        return bytes;
    }
}
