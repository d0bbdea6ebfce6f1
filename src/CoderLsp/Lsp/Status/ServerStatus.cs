using CoderLsp.Completion.Documents;
using CoderLsp.Protocol.Messages;
using CoderLsp.Protocol.Rpc;

namespace CoderLsp.Lsp.Status;

/// <summary>
/// What the server is doing, in one word and some figures: <c>coderlsp/status</c> for clients that want it, and <c>coderlsp/state</c>.
/// Changes are told a moment later, so that a burst of them is one message.
/// </summary>
sealed class ServerStatus
{
    static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(50);

    readonly RpcConnection _connection;
    readonly Session _session;
    readonly TimeProvider _time;
    readonly Lock _gate = new();
    StatusParams _model = new("starting");
    (string Message, string? Remedy)? _chat;
    StatusParams? _sent;
    int _working;
    bool _scheduled;

    public ServerStatus(RpcConnection connection, Session session, TimeProvider time)
    {
        (_connection, _session, _time) = (connection, session, time);
        connection.OnRequest<StatusParams>("coderlsp/state", _ => Task.FromResult(Current));
        session.SettingsChanged += _ => Changed();
    }

    /// <summary>Something that somebody waits for begins to be generated.</summary>
    public event Action? WorkBegan;

    /// <summary>Whether something is being generated that somebody waits for.</summary>
    public bool IsWorking => Volatile.Read(ref _working) > 0;

    /// <summary>How soon suggestions come.</summary>
    public SuggestionPace Pace { get; } = new();

    /// <summary>Where suggestions came from.</summary>
    public SuggestionCounts Suggestions { get; } = new();

    /// <summary>A state with speed, cache and tokens of the model added, as far as they were measured.</summary>
    public Func<StatusParams, StatusParams> Measured { get; set; } = state => state;

    public StatusParams Current
    {
        get
        {
            StatusParams state;
            lock (_gate) state = _chat is { } chat && _model.State is "ready" or "unloaded" ? _model with { Message = chat.Message, Remedy = chat.Remedy } : _model;
            if (state.State == "ready")
            {
                if (IsWorking) state = state with { State = "busy" };
                else if (Pace.Complaint is { } complaint)
                    state = state with
                    {
                        State = "slow", Message = complaint,
                        Remedy = "A smaller model, or one of fewer bits, answers sooner (setting 'model'); so does a shorter prompt ('contextTokens').",
                    };
            }
            return Measured(state) with { Inline = Inline, Suggestions = Suggestions.Current, MemoryMegabytes = Environment.WorkingSet >> 20 };
        }
    }

    InlineStatus Inline
    {
        get
        {
            var settings = _session.Settings.Inline;
            return new(settings.Enabled, Named(settings.Languages), Named(_session.InheritedLanguages));
        }
    }

    /// <summary>The state of the completion model, without the figures.</summary>
    public void Set(StatusParams model)
    {
        lock (_gate) _model = model;
        Changed();
    }

    /// <summary>What is to be said about the model for actions and chat, where that for suggestions has nothing to say; null: nothing.</summary>
    public void SetChat((string Message, string? Remedy)? chat)
    {
        lock (_gate) _chat = chat;
        Changed();
    }

    /// <summary>Something is being generated until the result is disposed of.</summary>
    public IDisposable Working()
    {
        Interlocked.Increment(ref _working);
        WorkBegan?.Invoke();
        Changed();
        return new Work(this);
    }

    void Changed()
    {
        if (!_session.Client.WantsStatus) return;
        lock (_gate)
        {
            if (_scheduled) return;
            _scheduled = true;
        }
        _ = SendSoonAsync();
    }

    async Task SendSoonAsync()
    {
        try
        {
            await Task.Delay(Delay, _time, _session.Closing).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        lock (_gate)
        {
            _scheduled = false;
            var now = Current;
            if (_sent is { } sent && IsNoNews(sent, now)) return;
            _sent = now;
            _ = _connection.NotifyAsync("coderlsp/status", now);
        }
    }

    // The figures alone are none.
    static bool IsNoNews(StatusParams sent, StatusParams now) =>
        (sent.State, sent.Percent, sent.Message, sent.Model) == (now.State, now.Percent, now.Message, now.Model)
        && sent.Inline!.Enabled == now.Inline!.Enabled && AreSame(sent.Inline.Languages, now.Inline.Languages) && AreSame(sent.Inline.Inherited, now.Inline.Inherited);

    static bool AreSame(IReadOnlyDictionary<string, bool> some, IReadOnlyDictionary<string, bool> others) => some.Count == others.Count && !some.Except(others).Any();

    static Dictionary<string, bool> Named(IReadOnlyDictionary<string, bool> languages) =>
        new(from language in languages from name in LanguageIds.NamesOf(language.Key) select KeyValuePair.Create(name, language.Value));

    sealed class Work(ServerStatus status) : IDisposable
    {
        int _disposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 1) return;
            Interlocked.Decrement(ref status._working);
            status.Changed();
        }
    }
}
