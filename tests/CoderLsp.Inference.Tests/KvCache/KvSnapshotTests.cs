using CoderLsp.Inference.Generation;
using CoderLsp.Inference.KvCache;
using CoderLsp.Inference.Tests.Gguf;
using CoderLsp.TestSupport;
using static CoderLsp.Inference.Tests.KvCache.HashedTexts;

namespace CoderLsp.Inference.Tests.KvCache;

public sealed class KvSnapshotTests : IDisposable
{
    const int Vocabulary = 10_000;

    static readonly byte[] Key = KvSnapshot.Key([1, 2, 3], Layout);

    static readonly int[] Long = Text(1000, 100), Fork = [.. Text(1000, 70), .. Text(4000, 20)], Other = Text(6000, 40);

    readonly TempFolder _folder = new();
    readonly KvTree _tree = new(Layout, 50);

    public void Dispose()
    {
        _tree.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void What_was_written_is_there_again()
    {
        using var tree = new KvTree(Layout, 50);
        KvSnapshot.Read(tree, new MemoryStream(Written()), Key, Vocabulary).Sum(page => page.Length).ShouldBe(100 + 26 + 40);
        ShouldHave(tree, Long);
        ShouldHave(tree, Fork);
        ShouldHave(tree, Other);
    }

    [Fact]
    public void What_was_used_last_is_written_first_and_evicted_last()
    {
        var bytes = Written(mostBytes: 4 * (Layout.PageBytes + 200));
        bytes.Length.ShouldBeLessThanOrEqualTo((int)(4 * (Layout.PageBytes + 200)));
        using var tree = new KvTree(Layout, 4);
        KvSnapshot.Read(tree, new MemoryStream(bytes), Key, Vocabulary);
        using var sequence = new KvSequence(tree);
        Fill(sequence, Text(0, 32));
        sequence.Clear();
        ShouldHave(tree, Fork.AsSpan(0, 32)); // of the two pages of it that were written the first
        ShouldHave(tree, Other); // both
    }

    [Fact]
    public void A_smaller_cache_takes_what_fits()
    {
        using var tree = new KvTree(Layout, 3);
        KvSnapshot.Read(tree, new MemoryStream(Written()), Key, Vocabulary);
        ShouldHave(tree, Other);
        ShouldHave(tree, Fork.AsSpan(0, 32));
        tree.Statistics.Bytes.ShouldBe(3 * Layout.PageBytes);
    }

    [Fact]
    public void A_file_that_is_cut_off_or_changed_anywhere_is_not_used_and_leaves_the_cache_empty()
    {
        var whole = Written();
        var random = new Random(3);
        for (var i = 0; i < 400; i++)
        {
            var bytes = whole.ToArray();
            if (i % 2 == 0) bytes = bytes[..random.Next(bytes.Length)];
            else bytes[i < 200 ? random.Next(48) : random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            using var tree = new KvTree(Layout, 50);
            try
            {
                KvSnapshot.Read(tree, new MemoryStream(bytes), Key, Vocabulary);
                BitConverter.ToInt32(bytes, 40).ShouldBeLessThan(BitConverter.ToInt32(whole, 40)); // only fewer pages can be believed
            }
            catch (Exception error) when (error is InvalidDataException or EndOfStreamException)
            {
                tree.Find(null, Long, out _).ShouldBeNull();
                tree.LatestFirst.ShouldBeEmpty();
            }
        }
    }

    [Theory, InlineData(0, 5), InlineData(0, -2), InlineData(1, 1), InlineData(2, 0), InlineData(-1, 33)]
    public void Numbers_that_cannot_be_are_refused_though_the_checksum_is_right(int parent, int tokens)
    {
        using var tree = new KvTree(Layout, 50);
        Should.Throw<InvalidDataException>(() => KvSnapshot.Read(tree, new MemoryStream(Forged(parent, tokens, token: 1)), Key, Vocabulary));
        Should.Throw<InvalidDataException>(() => KvSnapshot.Read(tree, new MemoryStream(Forged(-1, 5, Vocabulary)), Key, Vocabulary)).Message.ShouldContain("10000");
        KvSnapshot.Read(tree, new MemoryStream(Forged(-1, 5, token: 1)), Key, Vocabulary).Count.ShouldBe(1);
    }

    [Fact]
    public void A_snapshot_of_another_model_layout_or_kind_of_file_is_refused()
    {
        var bytes = Written();
        foreach (var key in new[] { KvSnapshot.Key([1, 2, 4], Layout), KvSnapshot.Key([1, 2, 3], Layout with { Heads = 4 }) })
            Should.Throw<InvalidDataException>(() => KvSnapshot.Read(_tree, new MemoryStream(bytes), key, Vocabulary)).Message.ShouldContain("another model");
        bytes[0]++;
        Should.Throw<InvalidDataException>(() => KvSnapshot.Read(_tree, new MemoryStream(bytes), Key, Vocabulary)).Message.ShouldContain("no snapshot");
    }

    [Fact]
    public void A_snapshot_that_is_given_up_leaves_the_older_one_and_only_the_user_can_read_it()
    {
        Written();
        var path = _folder.File("cache");
        KvSnapshot.Save(_tree, path, Key, long.MaxValue, () => { }).ShouldBe(166);
        var before = File.ReadAllBytes(path);
        var pages = 0;
        Should.Throw<OperationCanceledException>(() => KvSnapshot.Save(_tree, path, Key, long.MaxValue, () =>
        {
            if (++pages == 3) throw new OperationCanceledException();
        }));
        File.ReadAllBytes(path).ShouldBe(before);
        Directory.GetFiles(Path.GetDirectoryName(path)!).ShouldBe([path]);
        if (!OperatingSystem.IsWindows()) File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task An_engine_goes_on_from_the_snapshot_of_another_one_with_the_same_tokens()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var path = _folder.File("cache");
        var request = new GenerationRequest { Prompt = [.. Enumerable.Range(1, 200).Select(i => i * 37 % 4000)], MaxTokens = 12, IgnoreEnd = true };
        GenerationResult first;
        int written;
        using (var engine = Engine.Load(TestData.InRepository("models", "seedling", "seedling-q8_0.gguf")))
        {
            await engine.GenerateAsync(request, cancellation);
            first = await engine.GenerateAsync(request, cancellation); // from the cache, as afterwards: the same bits
            written = await engine.SaveCacheAsync(path, 10_000_000, cancellation);
            written.ShouldBeGreaterThanOrEqualTo(211); // behind the last token nothing was computed
        }

        using var next = Engine.Load(TestData.InRepository("models", "seedling", "seedling-q8_0.gguf"));
        (await next.RestoreCacheAsync(path, cancellation)).ShouldBe(written);
        var second = await next.GenerateAsync(request, cancellation);
        second.CachedTokens.ShouldBe(199);
        second.Tokens.ShouldBe(first.Tokens);

        using var other = Engine.Load(TestData.InRepository("tests", "fixtures", "parity", "models", "micro.Q8_0.gguf"));
        (await Should.ThrowAsync<InvalidDataException>(other.RestoreCacheAsync(path, cancellation))).Message.ShouldContain("another model");
    }

    byte[] Written(long mostBytes = long.MaxValue)
    {
        using (var sequence = new KvSequence(_tree))
            foreach (var text in new[] { Long, Fork, Other }) Fill(sequence, text);
        var stream = new MemoryStream();
        KvSnapshot.Write(_tree, stream, Key, mostBytes, () => { });
        return stream.ToArray();
    }

    /// <summary>A snapshot of one page with such numbers, whose checksum is right.</summary>
    static byte[] Forged(int parent, int tokens, int token)
    {
        var stream = new MemoryStream();
        using (var tree = new KvTree(Layout, 5))
        {
            using (var sequence = new KvSequence(tree)) Fill(sequence, [1, 2, 3]);
            KvSnapshot.Write(tree, stream, Key, long.MaxValue, () => { });
        }

        var bytes = stream.ToArray();
        var page = bytes.AsSpan(44);
        BitConverter.TryWriteBytes(page, parent);
        BitConverter.TryWriteBytes(page[4..], tokens);
        BitConverter.TryWriteBytes(page[8..], token);
        BitConverter.TryWriteBytes(page[^4..], KvSnapshot.Checksum(page[..(34 * 4)], page[(34 * 4)..^4]));
        return bytes;
    }

    static void ShouldHave(KvTree tree, ReadOnlySpan<int> text)
    {
        using var sequence = new KvSequence(tree);
        sequence.Extend(text);
        Verify(sequence, text);
    }
}
