namespace CoderLsp.Inference.Gguf;

/// <summary>
/// A GGUF model file, version 2 or 3, little-endian, mapped into memory; all parts of one that is split over several. Opening reads and checks
/// the header only; the weights are read when they are used. Whoever uses <see cref="GgufTensor.Data"/> must keep this object alive and open.
/// </summary>
public sealed class GgufFile : IDisposable
{
    readonly IReadOnlyList<GgufPart> _parts;
    readonly Dictionary<string, GgufTensor> _byName;

    GgufFile(IReadOnlyList<GgufPart> parts)
    {
        _parts = parts;
        Tensors = parts is [var only] ? only.Header.Tensors : [.. parts.SelectMany(part => part.Header.Tensors)];
        _byName = Tensors.ToDictionary(t => t.Name);
    }

    /// <summary>As given to <see cref="Open"/>; of a split model, that of its first part.</summary>
    public string Path => _parts[0].Path;

    internal IReadOnlyList<GgufPart> Parts => _parts;

    /// <summary>How many files the model has.</summary>
    public int PartCount => _parts.Count;

    /// <summary>The version of the format, 2 or 3.</summary>
    public uint Version => _parts[0].Header.Version;

    /// <summary>Bytes of the file; of all parts together.</summary>
    public long Length => _parts.Sum(part => part.File.Length);

    /// <summary>Every tensor (of the first part) begins at a multiple of so many bytes of the data part; a power of two.</summary>
    public long Alignment => _parts[0].Header.Alignment;

    /// <summary>Of a split model, that of its first part: the others have none but their numbers.</summary>
    public GgufMetadata Metadata => _parts[0].Header.Metadata;

    /// <summary>All tensors, in the order of the file, or of the parts.</summary>
    public IReadOnlyList<GgufTensor> Tensors { get; }

    /// <summary>Opens, maps and checks a file. The other parts of a split model are found beside it, whichever part was given.</summary>
    /// <exception cref="GgufException">The file or a part is missing, unreadable, malformed or of a kind that is not supported.</exception>
    public static GgufFile Open(string path) => new(SplitFile.Open(path));

    /// <summary>The tensor of this name, or null.</summary>
    public GgufTensor? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The tensor of this name.</summary>
    /// <exception cref="GgufException">There is none.</exception>
    public GgufTensor Get(string name) => Find(name) ?? throw new GgufException($"{Path}: the tensor '{name}' is missing.");

    /// <summary>Looks whether the file on disk is still as long as its map. Using a map that is longer than its file ends the process on some systems.</summary>
    /// <exception cref="GgufException">It is not.</exception>
    public void CheckLength()
    {
        foreach (var part in _parts)
            if (part.File.LengthOnDisk is var now && now != part.File.Length)
                throw new GgufException($"{part.Path}: the file had {part.File.Length} bytes when the model was loaded and has {now} now; "
                    + "it was changed while it was in use, and the model must be loaded again.");
    }

    /// <summary>Whether another file stands in a part's place, or one was written to. A file that is gone is as good as before: it stays mapped.</summary>
    /// <remarks>Takes a look at the disk for each part. May be asked when the file is closed.</remarks>
    public bool HasChangedOnDisk => _parts.Any(part => part.File.HasChangedOnDisk);

    public void Dispose()
    {
        foreach (var part in _parts) part.Dispose();
    }
}
