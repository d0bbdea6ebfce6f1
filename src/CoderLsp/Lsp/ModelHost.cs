using CoderLsp.Completion.Inline;
using CoderLsp.Configuration;
using CoderLsp.Inference.Gguf;
using CoderLsp.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace CoderLsp.Lsp;

/// <summary>Loads the model in the background, once; requests that come earlier wait for it.</summary>
sealed class ModelHost(ServerServices services, ClientNotices notices)
{
    readonly TaskCompletionSource<InlineCompleter?> _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _started;

    /// <summary>Begins to load, unless that was begun before.</summary>
    public void Start(CoderLspSettings settings)
    {
        if (Interlocked.Exchange(ref _started, 1) == 1) return;
        // A thread of its own: loading computes and reads for long, and the pool has two threads on a small machine.
        new Thread(() => _loaded.SetResult(Load(settings))) { Name = "model loader", IsBackground = true }.Start();
    }

    /// <summary>What makes suggestions, as soon as the model is loaded; null when it could not be.</summary>
    public Task<InlineCompleter?> GetAsync(CancellationToken cancellation) => _loaded.Task.WaitAsync(cancellation);

    /// <summary>Forgets what is kept about a document.</summary>
    public void Forget(string uri)
    {
        if (_loaded.Task.IsCompletedSuccessfully) _loaded.Task.GetAwaiter().GetResult()?.Forget(uri);
    }

    InlineCompleter? Load(CoderLspSettings settings)
    {
        try
        {
            var model = services.LoadModel(settings);
            services.Log(LogLevel.Information, $"The model is ready: {model.Name}, {model.ContextTokens} tokens of context.");
            notices.Log(MessageType.Info, $"CoderLsp is ready: {model.Name}.");
            return new InlineCompleter(model);
        }
        catch (Exception error)
        {
            var isOfModel = error is UserException or GgufException or IOException;
            var why = isOfModel || error is NotSupportedException ? error.Message : $"an unexpected error ({error.GetType().Name}).";
            notices.ShowOnce("model", MessageType.Error,
                $"CoderLsp makes no suggestions, because the model cannot be loaded: {why}"
                + (isOfModel ? " Correct the setting 'model' and restart the language server." : ""),
                LogLevel.Error, $"The model cannot be loaded: {why}");
            if (error is not (UserException or GgufException or NotSupportedException)) services.Log(LogLevel.Debug, $"{error.GetType().Name}{Environment.NewLine}{error.StackTrace}");
            return null;
        }
    }
}
