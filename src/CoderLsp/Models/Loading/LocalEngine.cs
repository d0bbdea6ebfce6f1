using CoderLsp.Configuration;
using CoderLsp.Inference.Generation;
using CoderLsp.Inference.Gguf;
using CoderLsp.Inference.Scheduling;

namespace CoderLsp.Models.Loading;

/// <summary>Opens engines as the settings say.</summary>
static class EngineLoader
{
    // Below that, the warm-up reads it before anybody sees a percentage.
    const long SmallFile = 64_000_000;

    /// <summary>Opens a model's file.</summary>
    /// <param name="loaded">What other models take of the memory.</param>
    /// <param name="warn">Takes a sentence about what is odd with the file, or about memory.</param>
    /// <param name="worker">The thread that computes, shared with other models; null for one of its own.</param>
    /// <exception cref="GgufException">The file cannot be used.</exception>
    public static (Engine Engine, ModelMemory Memory) Load(
        ModelFile file, CoderLspSettings settings, IEnumerable<ModelMemory> loaded, Action<string> warn, ModelWorker? worker)
    {
        var opened = GgufFile.Open(file.Path);
        ModelMemory memory;
        try
        {
            memory = ModelMemory.Of(opened, settings);
        }
        catch
        {
            opened.Dispose();
            throw;
        }

        if (memory.Warning(loaded, MachineMemory.Available) is { } warning) warn(warning);
        var options = new EngineOptions
        {
            Threads = settings.Threads, ContextTokens = memory.ContextTokens, CacheBytes = memory.CacheBytes, CacheType = settings.Cache.Type,
            Speculates = settings.Speculation, Worker = worker, Warn = warn,
        };
        return (Engine.Load(opened, options), memory);
    }

    /// <summary>Brings the weights into memory, so that requests find them there. Blocks.</summary>
    /// <param name="progress">Takes percents.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static void ReadWeights(Engine engine, Action<int> progress, CancellationToken cancellation)
    {
        // Of a file that does not fit, the pages read first would be gone again.
        if (engine.File.Length > SmallFile && engine.File.Length < MachineMemory.Available) WeightPages.Touch(engine.File, progress, cancellation);
        progress(100);
    }
}
