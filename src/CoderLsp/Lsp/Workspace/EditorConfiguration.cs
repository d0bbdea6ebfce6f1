using System.Text.Json;
using CoderLsp.Configuration;
using CoderLsp.Protocol.Messages;
using CoderLsp.Protocol.Rpc;
using Microsoft.Extensions.Logging;

namespace CoderLsp.Lsp.Workspace;

/// <summary>
/// The settings in force: those of the machine with what the editor sends over them, which is <c>initializationOptions</c> and, over
/// these, its configuration, brought by <c>workspace/didChangeConfiguration</c> or asked for where the client answers.
/// Any of them may change at any time.
/// </summary>
sealed class EditorConfiguration
{
    const string Section = "coderlsp";

    // A client that does not answer must not keep its user waiting for suggestions. An answer that comes later holds from then on.
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    readonly ServerServices _services;
    readonly RpcConnection _connection;
    readonly Session _session;
    readonly ClientNotices _notices;
    readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Lock _gate = new();
    JsonElement _options, _configuration;
    int _begun, _asked;

    public EditorConfiguration(RpcConnection connection, Session session, ServerServices services, ClientNotices notices)
    {
        (_connection, _session, _services, _notices) = (connection, session, services, notices);
        connection.OnNotification<DidChangeConfigurationParams>("workspace/didChangeConfiguration", Change);
    }

    /// <summary>Completes when the editor's configuration is known, or it is clear that none will come.</summary>
    public Task Settled => _settled.Task;

    /// <summary>What <c>initialize</c> brought.</summary>
    public void Initialize(JsonElement options)
    {
        RefuseOtherKinds("initializationOptions", options);
        _options = SectionOf(options);
        Apply();
    }

    /// <summary>Asks the client for its configuration, once, and looks after changes of the user's file.</summary>
    public void Begin()
    {
        if (Interlocked.Exchange(ref _begun, 1) == 1) return;
        _ = SettleAsync();
        _ = WatchFileAsync();
    }

    async Task SettleAsync()
    {
        await Task.WhenAny(PullAsync(), Task.Delay(LongestWait, _session.Closing)).ConfigureAwait(false);
        _settled.TrySetResult();
    }

    void Change(DidChangeConfigurationParams changed)
    {
        // Clients that keep no settings for a server send null or nothing of ours: what came before then holds on.
        RefuseOtherKinds("settings in workspace/didChangeConfiguration", changed.Settings);
        if (changed.Settings.ValueKind == JsonValueKind.Object && changed.Settings.TryGetProperty(Section, out var section))
        {
            RefuseOtherKinds("settings.coderlsp in workspace/didChangeConfiguration", section);
            if (section.ValueKind == JsonValueKind.Object) Take(section, Ask());
        }
        else if (_session.Client.AnswersConfiguration) _ = PullAsync();
    }

    async Task PullAsync()
    {
        if (!_session.Client.AnswersConfiguration) return;
        var asked = Ask();
        try
        {
            var answers = await _connection.RequestAsync<ConfigurationParams, JsonElement>(
                "workspace/configuration", new([new(Section)]), _session.Closing).ConfigureAwait(false);
            if (answers is not { ValueKind: JsonValueKind.Array } || answers.GetArrayLength() != 1) return;
            RefuseOtherKinds("the editor's configuration", answers[0]);
            if (answers[0].ValueKind == JsonValueKind.Object) Take(answers[0], asked);
        }
        catch (Exception e) when (e is RequestFailedException or OperationCanceledException)
        {
            _services.Log(LogLevel.Debug, $"The client did not send its configuration ({e.GetType().Name}).");
        }
    }

    async Task WatchFileAsync()
    {
        try
        {
            await foreach (var _ in _services.ConfigurationFileChanges(_session.Closing).ConfigureAwait(false))
            {
                _services.Log(LogLevel.Information, "The configuration file has changed.");
                Apply();
            }
        }
        catch (OperationCanceledException)
        {
            // The connection has ended.
        }
    }

    // Answers need not come in the order of the questions, and may come behind what the client sent of itself: only the latest holds.
    int Ask()
    {
        lock (_gate) return ++_asked;
    }

    void Take(JsonElement configuration, int asked)
    {
        lock (_gate)
        {
            if (asked != _asked) return;
            _configuration = configuration;
        }
        Apply();
    }

    void Apply()
    {
        lock (_gate)
        {
            _session.InheritedLanguages = Inherited().Inline.Languages;
            _session.Settings = Read([_options, _configuration]);
        }
    }

    // What is wrong in it is told when all is read.
    CoderLspSettings Inherited()
    {
        try
        {
            return _services.ReadSettings([]).Settings;
        }
        catch (UserException)
        {
            return new();
        }
    }

    CoderLspSettings Read(IReadOnlyList<JsonElement> editor)
    {
        try
        {
            var result = _services.ReadSettings(editor);
            // A name that is nearly one of ours was meant to be it; others may be the client's own.
            foreach (var (warning, isNearMiss) in result.Warnings)
                if (isNearMiss)
                    _notices.ShowOnce("setting: " + warning, MessageType.Warning, $"CoderLsp: {warning}", LogLevel.Warning, warning);
                else _notices.LogOnce(warning, LogLevel.Warning);
            foreach (var error in result.Errors)
                _notices.ShowOnce("setting: " + error.Message, MessageType.Error, $"CoderLsp: {error.Message}", LogLevel.Error, error.Message);
            return result.Settings;
        }
        catch (UserException error)
        {
            _notices.ShowOnce("settings: " + error.Message, MessageType.Error, $"CoderLsp uses its defaults: {error.Message}", LogLevel.Error, error.Message);
            return new();
        }
    }

    // Clients send the settings bare or below the server's name.
    static JsonElement SectionOf(JsonElement sent) =>
        sent.ValueKind == JsonValueKind.Object && sent.TryGetProperty(Section, out var section) && section.ValueKind == JsonValueKind.Object ? section : sent;

    // Null, nothing and (from Lua, whose empty table has no kind) an empty list are how clients say that there are no settings.
    void RefuseOtherKinds(string name, JsonElement sent)
    {
        if (sent.ValueKind is JsonValueKind.Object or JsonValueKind.Null or JsonValueKind.Undefined
            || (sent.ValueKind == JsonValueKind.Array && sent.GetArrayLength() == 0)) return;
        var message = $"{name} is {SettingsLayers.Shown(sent)}; it must be an object with settings.";
        _notices.ShowOnce("kind: " + name, MessageType.Error, $"CoderLsp: {message}", LogLevel.Error, message);
    }
}
