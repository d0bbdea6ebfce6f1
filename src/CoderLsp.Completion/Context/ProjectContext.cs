using CoderLsp.Completion.Context.Retrieval;

namespace CoderLsp.Completion.Context;

/// <summary>The project around the documents: what of it may be read, and where it has what. One for all models. May be used from any thread.</summary>
public sealed class ProjectContext(WorkspaceFiles files, IOpenDocuments open) : IDisposable
{
    public WorkspaceFiles Files => files;

    public IOpenDocuments Open => open;

    public ProjectIndex Index { get; } = new(files, open);

    /// <summary>Whether prompts take chunks of other files along; without, only to measure what they are good for.</summary>
    public bool OffersChunks { get; init; } = true;

    public void Dispose() => Index.Dispose();
}
