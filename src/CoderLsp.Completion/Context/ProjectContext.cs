using CoderLsp.Completion.Context.Definitions;
using CoderLsp.Completion.Context.Files;
using CoderLsp.Completion.Context.Related;
using CoderLsp.Completion.Context.Retrieval;
using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Context;

/// <summary>The project around the documents: what of it may be read, and where it has what. One for all models. May be used from any thread.</summary>
public sealed class ProjectContext : IDisposable
{
    readonly ProjectDefinitions _definitions;

    public ProjectContext(WorkspaceFiles files, IOpenDocuments open)
    {
        (Files, Reader) = (files, new(files, open));
        Index = new(files, open, Reader);
        _definitions = new(files, Reader);
    }

    public WorkspaceFiles Files { get; }

    public ProjectIndex Index { get; }

    /// <summary>Whether prompts take chunks of other files along; without, only to measure what they are good for.</summary>
    public bool OffersChunks { get; init; } = true;

    /// <summary>Reads the files for the index, and for whoever else wants to know what stands in them.</summary>
    internal WorkspaceReader Reader { get; }

    /// <inheritdoc cref="WorkspaceReader.Begin"/>
    public void Begin() => Reader.Begin();

    /// <inheritdoc cref="WorkspaceReader.ReadAll"/>
    public void ReadAll(string near, CancellationToken cancellation) => Reader.ReadAll(near, cancellation);

    /// <summary>Waits until everything was read once in the background, or for so long.</summary>
    public async Task ReadAsync(TimeSpan most, CancellationToken cancellation)
    {
        Begin();
        await Task.WhenAny(Reader.FirstTime, Task.Delay(most, cancellation)).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>
    /// Code of other files that helps to understand a selection, as far as it was read: definitions of what is used in it, then files that
    /// it names or that the document imports. The same every time. Looks through the workspace: not for a thread that is waited for.
    /// </summary>
    public IReadOnlyList<RelatedSource> RelatedTo(TextSnapshot snapshot, TextRange range, CancellationToken cancellation)
    {
        var files = RelatedFiles.Find(snapshot, range, Files, cancellation: cancellation);
        // What these have shows already what they declare.
        return [.. _definitions.Find(snapshot, range, files.Select(file => file.Path).ToHashSet(Paths.Comparer)), .. files];
    }

    public void Dispose() => Reader.Dispose();
}
