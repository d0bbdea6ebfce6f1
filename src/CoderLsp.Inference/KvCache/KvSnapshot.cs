using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using CoderLsp.Kernels.Attention;

namespace CoderLsp.Inference.KvCache;

/// <summary>
/// Pages of a cache in a file, to begin with the next time. Little-endian:
/// <code>magic 8 | key 32 | pages 4 | pages × { parent 4 | tokens 4 | token 4 × 32 | keys and values | CRC-32C 4 }</code>
/// A page comes after the one that it continues, whose number is its parent; −1 is none. What was read lately comes first. Nothing of a file
/// is believed: it may be cut off, damaged, or of another model.
/// </summary>
static unsafe class KvSnapshot
{
    const int HeadBytes = (2 + KvLayout.PageTokens) * sizeof(int);

    static ReadOnlySpan<byte> Magic => "CLSPKV\0\x1"u8;

    /// <summary>What a snapshot must agree with: the model, the code that computed it, and how keys and values lie.</summary>
    /// <param name="model">The model's fingerprint.</param>
    public static byte[] Key(ReadOnlySpan<byte> model, KvLayout layout)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(model);
        foreach (var module in new[] { typeof(KvSnapshot).Module, typeof(KvLayout).Module }) hash.AppendData(module.ModuleVersionId.ToByteArray());
        hash.AppendData(Encoding.UTF8.GetBytes(layout.ToString()));
        return hash.GetHashAndReset();
    }

    /// <summary>Puts the pages that were used last, as many as fit, into a file that only the user can read, which replaces an older one.</summary>
    /// <param name="mostBytes">Of the file.</param>
    /// <param name="goesOn">Asked before each page; may throw, which leaves the older one.</param>
    /// <returns>How many tokens were written.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static int Save(KvTree tree, string path, ReadOnlySpan<byte> key, long mostBytes, Action goesOn)
    {
        var part = $"{path}.{Guid.NewGuid():N}.part";
        try
        {
            int tokens;
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using (var stream = new FileStream(part, options)) tokens = Write(tree, stream, key, mostBytes, goesOn);
            File.Move(part, path, overwrite: true);
            return tokens;
        }
        finally
        {
            File.Delete(part);
        }
    }

    /// <inheritdoc cref="Save"/>
    public static int Write(KvTree tree, Stream stream, ReadOnlySpan<byte> key, long mostBytes, Action goesOn)
    {
        var numbers = new Dictionary<KvPage, int>();
        foreach (var page in tree.LatestFirst)
        {
            if ((numbers.Count + 1) * (HeadBytes + tree.Layout.PageBytes + sizeof(int)) > mostBytes) break;
            if (tree.IsFirst(page) || numbers.ContainsKey(page.Parent!)) numbers.Add(page, numbers.Count); // else what it continues is in use
        }

        stream.Write(Magic);
        stream.Write(key);
        stream.Write(MemoryMarshal.AsBytes([numbers.Count]));
        var head = new int[2 + KvLayout.PageTokens];
        foreach (var page in numbers.Keys)
        {
            goesOn();
            Array.Clear(head);
            head[0] = tree.IsFirst(page) ? -1 : numbers[page.Parent!];
            head[1] = page.Length;
            page.Tokens.CopyTo(head.AsSpan(2));
            var bytes = MemoryMarshal.AsBytes(head.AsSpan());
            stream.Write(bytes);
            stream.Write(Data(page));
            stream.Write(MemoryMarshal.AsBytes([Checksum(bytes, Data(page))]));
        }

        return numbers.Keys.Sum(page => page.Length);
    }

    /// <summary>Fills an empty tree, as far as that may grow.</summary>
    /// <returns>The pages, those that others continue first.</returns>
    /// <exception cref="InvalidDataException">It is none, of another model or version, or damaged; the tree is empty still.</exception>
    /// <exception cref="EndOfStreamException">It is cut off; the tree is empty still.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IReadOnlyList<KvPage> Read(KvTree tree, Stream stream, ReadOnlySpan<byte> key, int vocabulary)
    {
        var start = new byte[Magic.Length + key.Length + sizeof(int)];
        stream.ReadExactly(start);
        if (!start.AsSpan().StartsWith(Magic)) throw new InvalidDataException("it is no snapshot of this version");
        if (!start.AsSpan(Magic.Length, key.Length).SequenceEqual(key)) throw new InvalidDataException("it is of another model or version");
        var count = MemoryMarshal.Read<int>(start.AsSpan(Magic.Length + key.Length));
        var pages = new List<(KvPage Page, int Parent)>();
        try
        {
            var head = new int[2 + KvLayout.PageTokens];
            var checksum = new int[1];
            for (var number = 0; number < Math.Min(count, tree.MostPages); number++)
            {
                var bytes = MemoryMarshal.AsBytes(head.AsSpan());
                stream.ReadExactly(bytes);
                var (parent, length) = (head[0], head[1]);
                var page = tree.Take();
                pages.Add((page, parent));
                stream.ReadExactly(Data(page));
                stream.ReadExactly(MemoryMarshal.AsBytes(checksum.AsSpan()));
                if (Checksum(bytes, Data(page)) != (uint)checksum[0]) throw new InvalidDataException($"page {number} is damaged");
                if (parent < -1 || parent >= number || (parent >= 0 && !pages[parent].Page.IsFull) || length is < 1 or > KvLayout.PageTokens)
                    throw new InvalidDataException($"page {number} continues none");
                foreach (var token in head.AsSpan(2, length))
                {
                    if ((uint)token >= (uint)vocabulary) throw new InvalidDataException($"page {number} has the token {token}");
                    page.Append(token);
                }
            }
        }
        catch
        {
            foreach (var (page, _) in pages) tree.Return(page);
            throw;
        }

        return Insert(tree, pages);
    }

    static List<KvPage> Insert(KvTree tree, List<(KvPage Page, int Parent)> read)
    {
        var pages = new List<KvPage>();
        foreach (var (page, parent) in read) pages.Add(tree.Insert(parent < 0 ? null : pages[parent], page));
        for (var i = pages.Count - 1; i >= 0; i--) tree.Touch(pages[i]); // the first were used last
        return pages;
    }

    static Span<byte> Data(KvPage page) => page.Data.Span(0, checked((int)page.Data.Length));

    internal static uint Checksum(ReadOnlySpan<byte> head, ReadOnlySpan<byte> data) => Crc32C(Crc32C(uint.MaxValue, head), data);

    static uint Crc32C(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(bytes)) crc = BitOperations.Crc32C(crc, word);
        foreach (var rest in bytes[(bytes.Length & ~7)..]) crc = BitOperations.Crc32C(crc, rest);
        return crc;
    }
}
