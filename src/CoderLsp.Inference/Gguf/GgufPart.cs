namespace CoderLsp.Inference.Gguf;

/// <summary>One file of a model, mapped, read and checked. Most models are a single one.</summary>
sealed class GgufPart : IDisposable
{
    GgufPart(MappedFile file, GgufParser header, string path) => (File, Header, Path) = (file, header, path);

    public MappedFile File { get; }

    public GgufParser Header { get; }

    public string Path { get; }

    /// <summary>How many files the model has, as this one says.</summary>
    public uint SplitCount => Math.Max(1, Header.Metadata.TryGetUInt32("split.count") ?? 1);

    /// <summary>Which of them this is, from 1 on; null if it does not say.</summary>
    public long? SplitNumber => Header.Metadata.TryGetUInt32("split.no") + 1L;

    /// <summary>How many tensors all of them have together; null if it does not say.</summary>
    public long? SplitTensors => Header.Metadata.TryGetInt64("split.tensors.count");

    /// <exception cref="GgufException">The file is missing, unreadable, malformed or of a kind that is not supported.</exception>
    public static GgufPart Open(string path)
    {
        var file = new MappedFile(path);
        try
        {
            var header = new GgufParser(file, path);
            header.Parse();
            return new(file, header, path);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public void Dispose() => File.Dispose();
}
