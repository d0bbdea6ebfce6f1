using CoderLsp.Inference.Gguf;
using CoderLsp.Kernels;

namespace CoderLsp.Inference.Tests.Gguf;

/// <summary>A small well-formed GGUF file, and ways to damage it.</summary>
static class SmallFile
{
    /// <summary>Four metadata entries and the tensors <c>alpha</c> (Q8_0, 64 × 3) and <c>beta</c> (F32, 5).</summary>
    public static byte[] Build(uint version = 3, uint alignment = 32, Action<GgufWriter>? more = null)
    {
        var writer = new GgufWriter(version, alignment);
        writer.Add("general.architecture", "llama");
        writer.Add("answer", 42u);
        writer.Add("truth", true);
        writer.AddArray("words", ["one", "two", "three"]);
        writer.AddTensor("alpha", TensorType.Q8_0, [64, 3], stream => Fill(stream, 64 / 32 * 34 * 3, 1));
        writer.AddTensor("beta", TensorType.F32, [5], stream => Fill(stream, 20, 2));
        more?.Invoke(writer);
        var file = new MemoryStream();
        writer.Write(file);
        return file.ToArray();
    }

    public static void Fill(Stream stream, int bytes, byte value) => stream.Write(Enumerable.Repeat(value, bytes).ToArray());

    /// <summary>Overwrites bytes that stand <paramref name="distance"/> behind the end of a text in the file.</summary>
    public static byte[] Patch(this byte[] file, string behind, int distance, params ReadOnlySpan<byte> bytes)
    {
        var place = file.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(behind));
        place.ShouldBeGreaterThan(0, $"'{behind}' is in the file");
        bytes.CopyTo(file.AsSpan(place + behind.Length + distance));
        return file;
    }

    public static byte[] PatchAt(this byte[] file, int place, params ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(file.AsSpan(place));
        return file;
    }

    /// <summary>The message with which opening fails, without the path.</summary>
    public static string Error(ReadOnlySpan<byte> content)
    {
        using var file = new TempFile(content);
        var message = Should.Throw<GgufException>(() => GgufFile.Open(file.Path).Dispose()).Message;
        message.ShouldStartWith(file.Path);
        return message[file.Path.Length..].TrimStart(':', ' ');
    }
}
