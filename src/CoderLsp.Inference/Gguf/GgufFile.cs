namespace CoderLsp.Inference.Gguf;

/// <summary>
/// A GGUF model file, version 2 or 3, little-endian, mapped into memory. Opening reads and checks the header only; the weights are
/// read when they are used. Whoever uses <see cref="GgufTensor.Data"/> must keep this object alive and open.
/// </summary>
public sealed class GgufFile : IDisposable
{
    readonly MappedFile _file;
    readonly Dictionary<string, GgufTensor> _byName;

    GgufFile(MappedFile file, string path, GgufParser parsed)
    {
        _file = file;
        Path = path;
        Version = parsed.Version;
        Alignment = parsed.Alignment;
        Metadata = parsed.Metadata;
        Tensors = parsed.Tensors;
        _byName = parsed.Tensors.ToDictionary(t => t.Name);
    }

    /// <summary>As given to <see cref="Open"/>.</summary>
    public string Path { get; }

    /// <summary>The version of the format, 2 or 3.</summary>
    public uint Version { get; }

    /// <summary>Bytes of the file.</summary>
    public long Length => _file.Length;

    /// <summary>Every tensor begins at a multiple of so many bytes of the data part; a power of two.</summary>
    public long Alignment { get; }

    public GgufMetadata Metadata { get; }

    /// <summary>All tensors, in the order of the file.</summary>
    public IReadOnlyList<GgufTensor> Tensors { get; }

    /// <summary>Opens, maps and checks a file.</summary>
    /// <exception cref="GgufException">The file is missing, unreadable, malformed or of a kind that is not supported.</exception>
    public static GgufFile Open(string path)
    {
        var file = new MappedFile(path);
        try
        {
            var parser = new GgufParser(file, path);
            parser.Parse();
            return new(file, path, parser);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The tensor of this name, or null.</summary>
    public GgufTensor? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The tensor of this name.</summary>
    /// <exception cref="GgufException">There is none.</exception>
    public GgufTensor Get(string name) => Find(name) ?? throw new GgufException($"{Path}: the tensor '{name}' is missing.");

    public void Dispose() => _file.Dispose();
}
