using CoderLsp.Completion.Context.Retrieval;

namespace CoderLsp.Completion.Context;

/// <summary>The project around the documents: what of it may be read, and where it has what. One for all models. May be used from any thread.</summary>
public sealed class ProjectContext : IDisposable
{
    public ProjectContext(WorkspaceFiles files, IOpenDocuments open)
    {
        (Files, Reader) = (files, new(files, open));
        Index = new(files, open, Reader);
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

    public void Dispose() => Reader.Dispose();
}
