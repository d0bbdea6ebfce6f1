using CoderLsp.Configuration;
using CoderLsp.Inference.Scheduling;

namespace CoderLsp.Models.Loading;

/// <summary>The engines of a server: models of one file share one, and so one KV cache.</summary>
/// <param name="warn">Takes a sentence about what is odd with a file, or about memory.</param>
sealed class SharedEngines(Action<string> warn)
{
    // All engines compute on one thread, as they would share the cores otherwise: suggestions interrupt answers of another model, too.
    readonly Lazy<ModelWorker> _worker = new(() => new("models", TimeProvider.System));
    readonly Lock _gate = new();
    readonly Dictionary<object, WeakReference<LocalEngine>> _engines = []; // weak: a closed one shall leave memory

    /// <summary>The engine of a file under these settings, opened unless somebody has it. Whoever gets it disposes of it.</summary>
    /// <inheritdoc cref="LocalEngine.Open" path="/param[@name='loaded']|/exception"/>
    public LocalEngine Get(ModelFile file, CoderLspSettings settings, Func<IEnumerable<ModelMemory>> loaded)
    {
        var key = (file.Path, settings.Threads, settings.ContextTokens, settings.Cache, settings.Speculation);
        lock (_gate)
        {
            if (_engines.TryGetValue(key, out var known) && known.TryGetTarget(out var engine) && engine.TryShare())
            {
                if (!engine.Engine.File.HasChangedOnDisk) return engine;
                engine.Dispose();
            }

            // Under the lock: the next one to open must know what this one takes of the memory.
            engine = LocalEngine.Open(file, settings, loaded(), warn, _worker.Value);
            _engines[key] = new(engine);
            return engine;
        }
    }
}
