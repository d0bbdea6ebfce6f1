using CoderLsp.Configuration;
using CoderLsp.Lsp.Documents;

namespace CoderLsp.Lsp;

/// <summary>What was agreed with the client and holds until the connection ends.</summary>
/// <param name="closing">Cancelled when the connection ends.</param>
sealed class Session(CancellationToken closing)
{
    public CancellationToken Closing { get; } = closing;

    public PositionEncoding Encoding { get; set; } = PositionEncoding.Utf16;

    /// <summary>Whether the client inserts text as it is, so that it must come with line feeds whatever the document's line ends are.</summary>
    public bool WantsLineFeeds { get; set; }

    public CoderLspSettings Settings { get; set; } = new();
}
