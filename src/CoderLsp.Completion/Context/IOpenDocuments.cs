using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Context;

/// <summary>What the editor has open. Called from any thread.</summary>
public interface IOpenDocuments
{
    /// <summary>The newest text of the document with this full path; null when it is not open.</summary>
    TextSnapshot? Find(string path);

    /// <summary>Full paths of all open documents that have one.</summary>
    IEnumerable<string> Paths { get; }
}
