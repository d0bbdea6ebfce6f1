using CoderLsp.Configuration;
using CoderLsp.Inference.Gguf;
using CoderLsp.Kernels.Attention;
using CoderLsp.Models;
using CoderLsp.Models.Chat;
using CoderLsp.Models.Loading;
using CoderLsp.TestSupport;

namespace CoderLsp.Tests.Models;

public class ModelMemoryTests
{
    const long Megabyte = 1_000_000;

    // 1,360 bytes a token, 2,560 in half precision, a window of 1,024.
    static readonly string Seedling = TestData.InRepository("models", "seedling", "seedling-q8_0.gguf");

    [Theory]
    [InlineData(KvType.Q8, null, null, null)]
    [InlineData(KvType.Q8, 512, null, 512)]
    [InlineData(KvType.Q8, null, 1, 672)]
    [InlineData(KvType.Q8, 512, 1, 512)]
    [InlineData(KvType.Q8, 100, 1, 100)]
    [InlineData(KvType.Q8, 4096, null, null)]
    [InlineData(KvType.F16, null, 1, 352)]
    [InlineData(KvType.F16, 512, 1, 352)]
    public void The_cache_bounds_the_context(KvType type, int? contextTokens, int? megabytes, int? expected)
    {
        using var file = GgufFile.Open(Seedling);
        var memory = ModelMemory.Of(file, new() { ContextTokens = contextTokens, Cache = new() { MaxMegabytes = megabytes, Type = type } });
        memory.ContextTokens.ShouldBe(expected);
        memory.CacheBytes.ShouldBe(megabytes * Megabyte ?? 16 * 1024 * (type == KvType.Q8 ? 1360 : 2560));
    }

    [Fact]
    public void The_engine_keeps_to_it()
    {
        using var model = LocalChatModel.Load(
            new("seedling", Seedling), new CoderLspSettings { ChatTemplate = "deepseek-coder-v2", Cache = new() { MaxMegabytes = 1 } }, _ => { });
        model.ContextTokens.ShouldBe(672);
        model.Memory.CacheBytes.ShouldBeLessThanOrEqualTo(Megabyte);
    }

    [Fact]
    public void What_fits_is_not_warned_of() => Memory("a", 700, 200).Warning([], 900 * Megabyte).ShouldBeNull();

    [Fact]
    public void What_does_not_fit_is_said_with_the_numbers()
    {
        var warning = Memory("a.gguf", 4000, 500).Warning([Memory("b.gguf", 900, 100)], 5000 * Megabyte);
        warning!.ShouldStartWith("a.gguf takes 4.0 GB and up to 500 MB for its cache, the loaded models 1.0 GB, but 5.0 GB of memory are available");
        warning.ShouldContain("it works from the disk, of which each token reads up to 4.0 GB again, in 1.33 s or more.");
        warning.ShouldContain("Use a smaller model");
    }

    [Fact]
    public void The_file_of_a_model_that_is_loaded_counts_once() =>
        Memory("a", 700, 200).Warning([Memory("a", 700, 100)], 1000 * Megabyte).ShouldBeNull();

    [Theory]
    [InlineData("MemTotal: 100 kB\nMemAvailable:    8 kB\nBuffers: 1 kB", 8192L)]
    [InlineData("MemTotal: 100 kB", null)]
    [InlineData("MemAvailable: lots", null)]
    public void The_systems_word_on_memory_is_understood(string text, long? expected) => MachineMemory.ParseAvailable(text.Split('\n')).ShouldBe(expected);

    [Fact]
    public void Memory_is_there()
    {
        MachineMemory.Available.ShouldBeInRange(1, MachineMemory.Total);
        ModelMemory.DefaultCacheBytes.ShouldBeInRange(1, 2000 * Megabyte);
    }

    [Fact]
    public void Two_models_of_one_file_share_its_pages()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The system does not say which pages are whose.");
        var file = new ModelFile("seedling", Seedling);
        using var infill = LocalInfillModel.Load(file, new(), _ => { });
        using var chat = LocalChatModel.Load(file, new() { ChatTemplate = "deepseek-coder-v2" }, _ => { });
        infill.WarmUp(CancellationToken.None);
        chat.WarmUp(CancellationToken.None);

        // Both map the file itself ("s": shared with the page cache) and have copied none of it.
        var maps = Maps().Where(map => map[0].EndsWith("/seedling-q8_0.gguf", StringComparison.Ordinal) && map[0].Contains(" r--s ", StringComparison.Ordinal)).ToList();
        maps.Count.ShouldBeGreaterThanOrEqualTo(2);
        maps.SelectMany(map => map).Where(line => line.StartsWith("Private_Dirty:", StringComparison.Ordinal) || line.StartsWith("Anonymous:", StringComparison.Ordinal))
            .ShouldAllBe(line => line.EndsWith(" 0 kB", StringComparison.Ordinal));
    }

    // The first line of a map names the file; those that follow say what its pages are.
    static List<List<string>> Maps()
    {
        var maps = new List<List<string>>();
        foreach (var line in File.ReadLines("/proc/self/smaps"))
            if (line.Split(' ')[0].EndsWith(':')) maps[^1].Add(line);
            else maps.Add([line]);
        return maps;
    }

    static ModelMemory Memory(string path, long file, long cache) => new(path, file * Megabyte, cache * Megabyte, null);
}
