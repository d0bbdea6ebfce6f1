using CoderLsp.Configuration;
using CoderLsp.Inference.Generation;
using CoderLsp.Inference.Gguf;
using CoderLsp.Inference.Scheduling;

namespace CoderLsp.Models.Loading;

/// <summary>
/// An engine, what it takes of the memory, and what of its cache is kept on disk. All who share it dispose of it once; the last one closes it.
/// </summary>
sealed class LocalEngine : IDisposable
{
    // Below that, the warm-up reads it before anybody sees a percentage.
    const long SmallFile = 64_000_000;

    readonly Lock _gate = new();
    CacheSnapshots? _snapshots;
    int _users = 1;

    LocalEngine(Engine engine, ModelMemory memory) => (Engine, Memory) = (engine, memory);

    public Engine Engine { get; }

    public ModelMemory Memory { get; }

    /// <summary>Opens a model's file as the settings say.</summary>
    /// <param name="loaded">What other models take of the memory.</param>
    /// <param name="warn">Takes a sentence about what is odd with the file, or about memory.</param>
    /// <param name="worker">The thread that computes, shared with other engines; null for one of its own.</param>
    /// <exception cref="GgufException">The file cannot be used.</exception>
    public static LocalEngine Open(
        ModelFile file, CoderLspSettings settings, IEnumerable<ModelMemory> loaded, Action<string> warn, ModelWorker? worker = null)
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
        return new(Engine.Load(opened, options), memory);
    }

    /// <summary>One user more; false where the last one has closed it.</summary>
    public bool TryShare()
    {
        lock (_gate)
        {
            if (_users == 0) return false;
            _users++;
            return true;
        }
    }

    /// <summary>Brings the weights into memory, so that requests find them there. Blocks.</summary>
    /// <param name="progress">Takes percents.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public void ReadWeights(Action<int> progress, CancellationToken cancellation)
    {
        // Of a file that does not fit, the pages read first would be gone again.
        if (Engine.File.Length > SmallFile && Engine.File.Length < MachineMemory.Available) WeightPages.Touch(Engine.File, progress, cancellation);
        progress(100);
    }

    /// <summary>Goes on with what an earlier run of the program has read, and keeps that for the next one. Blocks while it is read.</summary>
    /// <inheritdoc cref="CacheSnapshots.Open" path="/param"/>
    public void UseSnapshots(string folder, Action<string> warn)
    {
        lock (_gate) _snapshots ??= CacheSnapshots.Open(Engine, folder, TimeProvider.System, warn);
    }

    /// <summary>Says that it has computed something.</summary>
    public void Used() => Volatile.Read(ref _snapshots)?.Used();

    public void Dispose()
    {
        lock (_gate)
            if (--_users > 0) return;
        _snapshots?.Dispose();
        Engine.Dispose();
    }
}
