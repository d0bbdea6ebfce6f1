namespace CoderLsp.Inference.Tests.Gguf;

/// <summary>A file in the temporary folder that is gone after the test.</summary>
sealed class TempFile : IDisposable
{
    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"coderlsp-{Guid.NewGuid():N}.gguf");

    public TempFile(ReadOnlySpan<byte> content) => File.WriteAllBytes(Path, content);

    public void Dispose() => File.Delete(Path);
}
