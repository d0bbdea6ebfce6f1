using CoderLsp.Completion.Context;
using CoderLsp.Completion.Documents;
using CoderLsp.Completion.Inline;
using CoderLsp.Inference.Generation;

namespace CoderLsp.ContextBench;

/// <summary>What suggestions may know of the project. All have the same total of tokens.</summary>
/// <param name="Name">As the issue calls the parts: A near file, B similar chunks; R is what the project's own tokens recall.</param>
/// <param name="NearTokens">Of the nearest file's beginning; 0 for none.</param>
sealed record Configuration(string Name, int NearTokens, bool Chunks, bool Recall)
{
    public static Configuration[] All { get; } =
    [
        new("none", 0, false, false), new("B", 0, true, false), new("A", 300, false, false), new("A+B", 300, true, false),
        new("R", 0, false, true), new("B+R", 0, true, true),
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
        (_configuration, _editor, _model) = (configuration, editor, new(engine, configuration.Recall));
        _completer = new(_model);
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
}
