using CoderLsp.Configuration;
using CoderLsp.Lsp.Progress;
using CoderLsp.Lsp.Status;
using CoderLsp.Lsp.Workspace;
using CoderLsp.Models;
using CoderLsp.Models.Loading;
using CoderLsp.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace CoderLsp.Lsp;

/// <summary>
/// The two models of a server: one for suggestions, loaded at the start, and one for actions and chat, loaded when it is first needed.
/// Both leave memory when they are not used, and are replaced when the settings name others.
/// </summary>
sealed class ModelHost : IDisposable
{
    readonly ServerServices _services;
    readonly Session _session;
    readonly EditorConfiguration _configuration;
    readonly ServerStatus _status;
    readonly ClientNotices _notices;
    readonly ModelSlot<LoadedCompletion> _completion;
    readonly ModelSlot<LoadedChat> _chat;
    object? _told;

    public ModelHost(
        ServerServices services, Session session, EditorConfiguration configuration, ServerStatus status, ProgressReporter progress, ClientNotices notices)
    {
        (_services, _session, _configuration, _status, _notices) = (services, session, configuration, status, notices);
        var (completionProgress, chatProgress) = (new LoadProgress(progress, services.Time), new LoadProgress(progress, services.Time));
        // The slots report under their locks, and writing to a client that does not read may block: that is done elsewhere, in order.
        var reports = new OrderedWork(services.Log);
        _completion = new(services.Time, state =>
        {
            SetStatus(state);
            reports.Add(() =>
            {
                completionProgress.Show(state, session.Settings.Model);
                Tell(state);
            });
        });
        _chat = new(services.Time, state =>
        {
            var name = session.Settings.ChatModel ?? "the chat model";
            SetChatStatus(state, name);
            reports.Add(() => chatProgress.Show(state, name));
        });
        session.SettingsChanged += Configure;
        status.Measured = Measured;
    }

    /// <summary>Finds out the settings and loads the model for suggestions, so that the first of them comes soon.</summary>
    public void Begin()
    {
        _configuration.Begin();
        _ = PreloadAsync();
    }

    /// <summary>What makes suggestions, loaded if need be; null when it cannot be loaded, of which the user knows.</summary>
    public async Task<ModelLease<LoadedCompletion>?> LeaseCompletionAsync(CancellationToken cancellation)
    {
        // A client may forget to say that it is initialized.
        _configuration.Begin();
        await _configuration.Settled.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await _completion.GetAsync(cancellation).ConfigureAwait(false);
        }
        catch (ModelUnavailableException)
        {
            return null;
        }
    }

    /// <summary>The model for suggestions is in memory now.</summary>
    public event Action? Ready;

    /// <summary>What makes suggestions if it is in memory, for a look at it.</summary>
    public LoadedCompletion? PeekCompletion => _completion.Peek;

    /// <summary>What makes suggestions if it is in memory, else null.</summary>
    public ModelLease<LoadedCompletion>? TryLeaseCompletion() => _completion.TryGet();

    /// <summary>The model for actions and chat, loaded if need be.</summary>
    /// <exception cref="NoChatModelException">None is configured.</exception>
    /// <exception cref="UserException">It cannot be loaded; the message says why.</exception>
    public async Task<ModelLease<LoadedChat>> LeaseChatAsync(CancellationToken cancellation)
    {
        _configuration.Begin();
        await _configuration.Settled.WaitAsync(cancellation).ConfigureAwait(false);
        return await _chat.GetAsync(cancellation).ConfigureAwait(false) ?? throw new NoChatModelException(_session.Settings);
    }

    /// <summary>Forgets what is kept about a document.</summary>
    public void Forget(string uri) => _completion.Peek?.Completer.Forget(uri);

    public void Dispose()
    {
        _completion.Dispose();
        _chat.Dispose();
    }

    async Task PreloadAsync()
    {
        await _configuration.Settled.ConfigureAwait(false);
        _completion.Preload();
    }

    void Configure(CoderLspSettings settings)
    {
        var plan = _services.Models.Completion(settings, () => Memory(_chat.Peek?.Memory));
        // What is wrong with a model is told once, however often other settings change.
        if (!plan.Identity.Equals(_told)) _notices.Forget("model");
        _told = plan.Identity;
        _completion.Replace(plan, settings.IdleUnload);
        _chat.Replace(_services.Models.Chat(settings, () => Memory(_completion.Peek?.Memory)), settings.IdleUnload);
        if (_configuration.Settled.IsCompleted) _completion.Preload();
    }

    static IEnumerable<ModelMemory> Memory(ModelMemory? of) => of is null ? [] : [of];

    void SetStatus(ModelState state)
    {
        var name = _session.Settings.Model;
        _status.Set(state switch
        {
            { Phase: ModelPhase.Loading } => new("loading", state.Percent, $"Loading {name}."),
            { Phase: ModelPhase.Ready } when _completion.Peek is { } model =>
                new("ready", Model: new(model.Name, model.Quantization, model.ContextTokens, model.FillsMiddle)),
            { Problem: { } problem } => new("error", Message: $"The model cannot be loaded: {problem.Cause}", Remedy: problem.Remedy),
            _ => new("unloaded", Message: $"{name} is not in memory; the next request loads it."),
        });
    }

    void SetChatStatus(ModelState state, string name) => _status.SetChat(state switch
    {
        { Phase: ModelPhase.Loading } => ($"Loading {name} for actions and chat.", null),
        { Problem: { } problem } => ($"The model for actions and chat cannot be loaded: {problem.Cause}", problem.Remedy),
        _ => null,
    });

    void Tell(ModelState state)
    {
        switch (state)
        {
            case { Phase: ModelPhase.Ready }:
                _status.Pace.Clear();
                _notices.Forget("model");
                var what = _completion.Peek is { } model ? $"{model.Name}, {model.ContextTokens} tokens of context" : _session.Settings.Model;
                _services.Log(LogLevel.Information, $"The model is ready: {what}.");
                _notices.Log(MessageType.Info, $"CoderLsp is ready: {what}.");
                Ready?.Invoke();
                break;
            case { Problem: { } problem }:
                _notices.ShowOnce("model", MessageType.Error,
                    $"CoderLsp makes no suggestions, because the model cannot be loaded: {problem.Message}", LogLevel.Error,
                    $"The model cannot be loaded: {problem.Cause}");
                break;
        }
    }

    StatusParams Measured(StatusParams state)
    {
        if (_completion.Peek is not { Statistics.Current: var speed } model) return state;
        var cache = model.Cache ?? default;
        var measured = speed.PromptTokensPerSecond ?? speed.DecodeTokensPerSecond;
        return state with
        {
            Speed = measured is null ? null : new(Rounded(speed.PromptTokensPerSecond), Rounded(speed.DecodeTokensPerSecond)),
            Cache = speed.HitRate is { } rate ? new(Math.Round(rate, 3), Megabytes(cache.Bytes), Megabytes(cache.MostBytes), cache.EvictedTokens) : null,
            Tokens = new(speed.CachedTokens, speed.ComputedTokens, speed.GeneratedTokens),
        };
    }

    static double Megabytes(long bytes) => Math.Round(bytes / 1e6, 1);

    static double? Rounded(double? speed) => speed is { } value ? Math.Round(value, 1) : null;
}
