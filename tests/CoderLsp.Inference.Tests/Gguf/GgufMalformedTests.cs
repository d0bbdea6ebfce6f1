using CoderLsp.Inference.Gguf;
using CoderLsp.Kernels;

namespace CoderLsp.Inference.Tests.Gguf;

public class GgufMalformedTests
{
    static readonly byte[] Huge = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];

    // Where things stand behind a tensor's name: dimensions u32 | sizes u64 … | type u32 | offset u64.
    const int DimensionCount = 0, FirstSize = 4, SecondSize = 12;
    const int AlphaType = 20, AlphaOffset = 24, BetaOffset = 16;

    public static TheoryData<string, byte[], string> Cases => new()
    {
        { "no magic", SmallFile.Build().PatchAt(0, "GGML"u8), "this is not a GGUF file (it does not begin with 'GGUF')." },
        { "three bytes", [.. "GGU"u8], "this is not a GGUF file (it does not begin with 'GGUF')." },
        { "empty", [], "the file is empty." },
        { "version 1", SmallFile.Build().PatchAt(4, 1),
            "this is a GGUF file of version 1, which is not supported; convert it to version 3." },
        { "version 4", SmallFile.Build().PatchAt(4, 4), "this is a GGUF file of version 4; versions 2 and 3 are supported." },
        { "big-endian", SmallFile.Build().PatchAt(4, 0, 0, 0, 3),
            "this is a big-endian GGUF file; only little-endian files are supported." },
        { "too many tensors", SmallFile.Build().PatchAt(8, Huge), "the header says that it has 18446744073709551615 tensors, but only" },
        { "a few tensors too many", SmallFile.Build().PatchAt(8, 100), "the header says that it has 100 tensors, but only" },
        { "too many entries", SmallFile.Build().PatchAt(16, Huge),
            "the header says that it has 18446744073709551615 metadata entries, but only" },
        { "more entries than any model has", [.. SmallFile.Build().PatchAt(16, 1, 0, 1), .. new byte[1 << 20]],
            "the header says that it has 65537 metadata entries; at most 65536 are supported." },
        { "key too long", SmallFile.Build().PatchAt(24, Huge),
            "metadata entry 1 of 4 has a string of 18446744073709551615 bytes at byte 32, but only" },
        { "empty key", SmallFile.Build(more: w => w.Add("", 1)), "metadata entry 5 of 5 has a name of 0 bytes" },
        { "long key", SmallFile.Build(more: w => w.Add(new string('k', 70_000), 1)), "metadata entry 5 of 5 has a name of 70000 bytes" },
        { "key not UTF-8", SmallFile.Build().Patch("gen", 0, 0xFF),
            "metadata entry 1 of 4 has a name at byte 32 that is not valid UTF-8." },
        { "key twice", SmallFile.Build(more: w => w.Add("answer", 1)), "metadata 'answer' occurs twice." },
        { "unknown value type", SmallFile.Build().Patch("answer", 0, 13), "metadata 'answer' has the unknown value type 13." },
        { "unknown element type", SmallFile.Build().Patch("words", 4, 99), "metadata 'words' has the unknown value type 99." },
        { "array of arrays", SmallFile.Build().Patch("words", 4, 9), "metadata 'words' is an array of arrays, which is not supported." },
        { "array too long", SmallFile.Build().Patch("words", 8, Huge),
            "metadata 'words' says that it has 18446744073709551615 elements, but only" },
        { "array of a few too many", SmallFile.Build(more: w => w.AddArray<long>("n", [1])).Patch("\u0001\0\0\0\0\0\0\0n", 8, 200),
            "metadata 'n' says that it has 200 elements, but only" },
        { "string element too long", SmallFile.Build().Patch("words", 16, Huge),
            "metadata 'words' has a string of 18446744073709551615 bytes" },
        { "truth value 2", SmallFile.Build().Patch("truth", 4, 2), "metadata 'truth' has a truth value that is neither 0 nor 1." },
        { "alignment 0", SmallFile.Build(alignment: 64).Patch("general.alignment", 4, 0),
            "metadata 'general.alignment' is 0, which is not a power of two." },
        { "alignment 48", SmallFile.Build(alignment: 64).Patch("general.alignment", 4, 48),
            "metadata 'general.alignment' is 48, which is not a power of two." },
        { "alignment is text", SmallFile.Build(more: w => w.Add("general.alignment", "32")),
            "metadata 'general.alignment' is String, but UInt32 is needed." },
        { "tensor name empty", SmallFile.Build(more: w => w.AddTensor("", TensorType.F32, [1], s => SmallFile.Fill(s, 4, 0))),
            "tensor 3 of 3 has a name of 0 bytes" },
        { "tensor twice", SmallFile.Build(more: w => w.AddTensor("beta", TensorType.F32, [1], s => SmallFile.Fill(s, 4, 0))),
            "tensor 'beta' occurs twice." },
        { "no dimensions", SmallFile.Build().Patch("alpha", DimensionCount, 0), "tensor 'alpha' has 0 dimensions; 1 to 4 are allowed." },
        { "five dimensions", SmallFile.Build().Patch("alpha", DimensionCount, 5), "tensor 'alpha' has 5 dimensions; 1 to 4 are allowed." },
        { "dimension 0", SmallFile.Build().Patch("alpha", SecondSize, 0), "tensor 'alpha' has a dimension of 0." },
        { "dimension negative", SmallFile.Build().Patch("alpha", SecondSize, Huge),
            "tensor 'alpha' has a dimension of 18446744073709551615." },
        { "product overflows", SmallFile.Build().Patch("alpha", SecondSize + 6, 0x10, 0x10),
            "tensor 'alpha' has the impossible size 64 × 1157425104234217475." },
        { "row is no whole blocks", SmallFile.Build().Patch("alpha", FirstSize, 65),
            "tensor 'alpha' has rows of 65 values, which is not a multiple of 32, the block size of Q8_0." },
        { "unknown tensor type", SmallFile.Build().Patch("alpha", AlphaType, 5),
            "tensor 'alpha' has the type number 5, which is not supported." },
        { "huge tensor type", SmallFile.Build().Patch("alpha", AlphaType, 0xFF, 0xFF, 0xFF, 0xFF),
            "tensor 'alpha' has the type number 4294967295, which is not supported." },
        { "offset not aligned", SmallFile.Build().Patch("alpha", AlphaOffset, 16),
            "tensor 'alpha' lies at offset 16, which is not a multiple of the alignment 32." },
        { "offset behind the end", SmallFile.Build().Patch("alpha", AlphaOffset + 1, 0x10),
            "tensor 'alpha' needs 204 bytes at offset 4096" },
        { "offset negative", SmallFile.Build().Patch("alpha", AlphaOffset, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF),
            "tensor 'alpha' needs 204 bytes at offset 18446744073709551584" },
        { "offset almost overflows", SmallFile.Build().Patch("alpha", AlphaOffset, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F),
            "tensor 'alpha' needs 204 bytes at offset 9223372036854775776" },
        { "tensor larger than the file", SmallFile.Build().Patch("alpha", SecondSize, 0, 1),
            "tensor 'alpha' needs 17408 bytes at offset 0" },
        { "overlap", SmallFile.Build().Patch("beta", BetaOffset, 192), "the data of the tensors 'alpha' and 'beta' overlap at byte" },
        { "alignment larger than the file", SmallFile.Build(more: w => w.Add("general.alignment", 1u << 31)),
            "tensor 'alpha' needs 204 bytes at offset 0" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_malformed_file_gives_one_error_that_says_what_and_where(string name, byte[] content, string message) =>
        SmallFile.Error(content).ShouldStartWith(message, customMessage: name);

    [Fact]
    public void A_file_cut_short_anywhere_gives_an_error()
    {
        var whole = SmallFile.Build();
        using var file = new TempFile(whole);
        GgufFile.Open(file.Path).Dispose();
        var lastTensorEnds = whole.AsSpan().LastIndexOf((byte)2) + 1;
        for (var length = lastTensorEnds - 1; length >= 0; length--) SmallFile.Error(whole.AsSpan(0, length)).ShouldNotBeEmpty();
    }

    [Fact]
    public void A_file_cut_short_in_its_data_says_how_much_is_there_and_how_much_is_needed()
    {
        var whole = SmallFile.Build();
        var data = whole.AsSpan().IndexOf(new byte[] { 1, 1, 1, 1, 1, 1, 1, 1 });
        SmallFile.Error(whole.AsSpan(0, data + 100)).ShouldBe(
            $"tensor 'alpha' needs 204 bytes at offset 0 of the data that begins at byte {data}, "
            + $"but the file ends after {data + 100} bytes; it is damaged or incomplete.");
    }

    [Fact]
    public void A_file_without_tensors_needs_no_data()
    {
        var writer = new GgufWriter();
        writer.Add("only", "metadata");
        var content = new MemoryStream();
        writer.Write(content);
        using var file = new TempFile(content.ToArray().AsSpan(0, 24 + 8 + 4 + 4 + 8 + 8));
        using var gguf = GgufFile.Open(file.Path);
        gguf.Metadata.GetString("only").ShouldBe("metadata");
        gguf.Tensors.ShouldBeEmpty();
    }

    [Fact]
    public void Any_single_byte_of_the_header_may_be_wrong()
    {
        var whole = SmallFile.Build();
        using var file = new TempFile(whole);
        var headerEnds = whole.AsSpan().IndexOf(new byte[] { 1, 1, 1, 1, 1, 1, 1, 1 });
        var valid = 0;
        for (var place = 0; place < headerEnds; place++)
            foreach (var value in new byte[] { 0, 1, 2, 7, 9, 0x20, 0x7F, 0x80, 0xFF, (byte)(whole[place] ^ 1), (byte)(whole[place] + 1) })
            {
                var damaged = whole.AsSpan().ToArray().PatchAt(place, value);
                if (OpensOrExplains(file.Path, damaged)) valid++;
            }
        valid.ShouldBeInRange(headerEnds, headerEnds * 10);
    }

    [Fact]
    public void Two_thousand_random_mutations_open_or_give_an_error()
    {
        var random = new Random(20240607);
        var whole = SmallFile.Build(more: w => w.AddArray<float>("scores", [1, 2, 3]));
        using var file = new TempFile(whole);
        var valid = 0;
        for (var round = 0; round < 2000; round++)
        {
            var damaged = whole.AsSpan().ToArray().ToList();
            for (var step = random.Next(1, 5); step > 0; step--) Mutate(damaged, random);
            if (OpensOrExplains(file.Path, [.. damaged])) valid++;
        }
        valid.ShouldBeInRange(20, 1980);
    }

    static void Mutate(List<byte> bytes, Random random)
    {
        var place = random.Next(4, bytes.Count);
        switch (random.Next(5))
        {
            case 0: bytes[place] = (byte)random.Next(256); break;
            case 1: bytes[place] ^= (byte)(1 << random.Next(8)); break;
            case 2: bytes.RemoveRange(place, Math.Min(random.Next(1, 9), bytes.Count - place)); break;
            case 3: bytes.InsertRange(place, Enumerable.Repeat((byte)random.Next(256), random.Next(1, 9))); break;
            default:
                for (var i = place; i < Math.Min(place + 8, bytes.Count); i++) bytes[i] = (byte)(random.Next(3) - 1);
                break;
        }
    }

    /// <summary>Whatever opens must be readable to the last byte; whatever does not must say so in its own exception.</summary>
    static unsafe bool OpensOrExplains(string path, byte[] content)
    {
        File.WriteAllBytes(path, content);
        try
        {
            using var gguf = GgufFile.Open(path);
            foreach (var key in gguf.Metadata.Keys)
            {
                var value = gguf.Metadata.Find(key)!;
                for (var i = 0; i < value.Count; i++) value[i].ShouldNotBeNull();
            }
            foreach (var tensor in gguf.Tensors)
                new ReadOnlySpan<byte>((void*)tensor.Data, checked((int)tensor.ByteLength)).Count((byte)0).ShouldBeGreaterThanOrEqualTo(0);
            return true;
        }
        catch (GgufException error)
        {
            error.Message.ShouldStartWith(path);
            return false;
        }
    }
}
