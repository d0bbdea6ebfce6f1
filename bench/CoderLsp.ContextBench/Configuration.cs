using CoderLsp.Completion.Context;
using CoderLsp.Completion.Documents;
using CoderLsp.Completion.Inline;
using CoderLsp.Inference.Generation;

namespace CoderLsp.ContextBench;

/// <summary>What suggestions may know of the project, and how their tokens are chosen. All have the same total of tokens.</summary>
/// <param name="Name">As the issue calls the parts: A near file, B similar chunks; R is what the project's own tokens recall.</param>
/// <param name="NearTokens">Of the nearest file's beginning; 0 for none.</param>
/// <param name="LinesAbove">How many lines above the hole the chunks were looked for: what is frozen while one types these lines.</param>
/// <param name="Beams">Continuations that are followed side by side; 1 takes the most probable token each time.</param>
sealed record Configuration(string Name, int NearTokens = 0, bool Chunks = false, bool Recall = false, int LinesAbove = 0, int Beams = 1)
{
    public static Configuration[] All { get; } =
    [
        new("none"), new("B", Chunks: true), new("A", NearTokens: 300), new("A+B", NearTokens: 300, Chunks: true),
        new("R", Recall: true), new("B+R", Chunks: true, Recall: true),
        new("B-stale", Chunks: true, LinesAbove: 20), new("B+R-stale", Chunks: true, Recall: true, LinesAbove: 20),
        new("beam", Beams: 4), new("B+R-beam", Chunks: true, Recall: true, Beams: 4),
    ];
}

/// <summary>Suggestions with one configuration in one repository.</summary>
sealed class Suggester : IDisposable
{
    readonly Configuration _configuration;
    readonly Editor _editor;
    readonly Model _model;
    readonly InlineCompleter _completer;
    readonly ProjectContext? _project;

    public Suggester(Configuration configuration, Editor editor, Engine engine)
    {
        (_configuration, _editor, _model) = (configuration, editor, new(engine, configuration.Recall, configuration.Beams));
        _completer = new(_model, time: new StandingClock());
        _project = configuration.Chunks ? editor.Project : configuration.Recall ? editor.WithoutChunks : null;
        if (_project is not null) _completer.ReadProject(_project, editor.Root, CancellationToken.None);
    }

    /// <summary>The first line of an invoked suggestion of 32 tokens at most, without white space behind it.</summary>
    public async Task<string> AskAsync(TextSnapshot snapshot, int cursor, Hole hole)
    {
        _model.Front.Clear();
        if (_configuration.NearTokens > 0) PutNearFile(hole);
        var request = new InlineRequest(
            snapshot, snapshot.PositionOf(cursor), InlineTrigger.Invoked, new(MaxTokens: 32), Project: _project);
        // The first prompt of a document looks for chunks; the clock stands still, so the next ones take what it has found.
        if (_configuration.LinesAbove > 0)
            _completer.PromptFor(request with { Position = new(Math.Max(0, request.Position.Line - _configuration.LinesAbove), 0) });
        var suggestion = await _completer.CompleteAsync(request, CancellationToken.None);
        _completer.Forget(snapshot.Uri);
        return (suggestion?.Text ?? "").Split('\n')[0].TrimEnd();
    }

    public void Dispose() => _completer.Dispose();

    /// <summary>The beginning of the file whose path has most in common with the document's.</summary>
    void PutNearFile(Hole hole)
    {
        var own = Path.Combine(_editor.Root, hole.Path);
        var near = _editor.Files.All().Where(path => path != own && Path.GetExtension(path) == Path.GetExtension(own)).MaxBy(path => Common(path, own))!;
        var marker = hole.Language == "python" ? "#" : "//";
        _model.Encode($"{marker} {_editor.Files.NameOf(near)}\n{_editor.Files.TryRead(near)}", _model.Front);
        if (_model.Front.Count > _configuration.NearTokens) _model.Front.RemoveRange(_configuration.NearTokens, _model.Front.Count - _configuration.NearTokens);
        _model.Encode($"\n{marker} {hole.Path}\n", _model.Front);
    }

    static int Common(string a, string b)
    {
        var length = 0;
        while (length < a.Length && length < b.Length && a[length] == b[length]) length++;
        return length;
    }

    sealed class StandingClock : TimeProvider
    {
        public override long GetTimestamp() => 0;
    }
}
