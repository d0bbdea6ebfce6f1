using CoderLsp.Configuration;
using CoderLsp.Inference.Gguf;
using CoderLsp.Kernels.Attention;

namespace CoderLsp.Models.Loading;

/// <summary>What a model takes of the machine's memory, and whether the machine has it.</summary>
/// <param name="Path">Of the file.</param>
/// <param name="CacheBytes">Of the KV cache, when it is full.</param>
/// <param name="ContextTokens">What fits into the cache; null: the model's window does.</param>
sealed record ModelMemory(string Path, long FileBytes, long CacheBytes, int? ContextTokens)
{
    // Fewer hold no prompt at all.
    const int LeastContext = 64;

    // What good disks of today deliver.
    const double DiskBytesPerSecond = 3e9;

    // A small model's windows are small: what more of them would hold is sooner computed than looked for.
    const int MostWindows = 16;

    /// <summary>For <c>cache.maxMegabytes</c> "auto": a quarter of the free memory, at most 2 GB.</summary>
    public static long DefaultCacheBytes => Math.Min(2_000_000_000, MachineMemory.Available / 4);

    public static ModelMemory Of(GgufFile file, CoderLspSettings settings)
    {
        var architecture = file.Metadata.TryGetString("general.architecture");
        var perToken = MemoryDescription.Of(file, architecture, settings.Cache.Type)?.KeyValueBytesPerToken ?? 0;
        if (perToken == 0) return new(file.Path, file.Length, 0, settings.ContextTokens);
        var window = file.Metadata.GetInt32($"{architecture}.context_length");
        var cache = settings.Cache.MaxMegabytes * 1_000_000L ?? Math.Min(DefaultCacheBytes, MostWindows * perToken * window);
        var pages = cache / (perToken * KvLayout.PageTokens);
        // One page is copied from while the context fills the others.
        var context = (int)Math.Min(settings.ContextTokens ?? int.MaxValue, Math.Max(LeastContext, (pages - 1) * KvLayout.PageTokens));
        return new(file.Path, file.Length, cache, context < window ? context : null);
    }

    /// <summary>A sentence with the numbers when this model and those that are loaded do not fit into memory; else null.</summary>
    public string? Warning(IEnumerable<ModelMemory> loaded, long available)
    {
        var all = Sum([this, .. loaded]);
        if (all <= available) return null;
        var taken = all - FileBytes - CacheBytes;
        return $"{System.IO.Path.GetFileName(Path)} takes {Size(FileBytes)} and up to {Size(CacheBytes)} for its cache"
            + (taken > 0 ? $", the loaded models {Size(taken)}" : "")
            + $", but {Size(available)} of memory are available: it works from the disk, of which each token reads up to {Size(FileBytes)} again, "
            + $"in {FileBytes / DiskBytesPerSecond:0.0#} s or more. Use a smaller model or quantisation, or set cache.maxMegabytes.";
    }

    /// <summary>What models take together: those of one file share its engine.</summary>
    public static long Sum(params IReadOnlyList<ModelMemory> models) => models.DistinctBy(model => model.Path).Sum(model => model.FileBytes + model.CacheBytes);

    public static string Size(long bytes) => bytes < 1_000_000_000 ? $"{bytes / 1e6:0} MB" : $"{bytes / 1e9:0.0} GB";
}
