namespace CoderLsp.Protocol.Messages;

/// <param name="Line">0-based.</param>
/// <param name="Character">Units of the agreed position encoding from the start of the line.</param>
public readonly record struct Position(int Line, int Character);

/// <summary>From <paramref name="Start"/> to <paramref name="End"/>, which is not in it.</summary>
public readonly record struct Range(Position Start, Position End);

public sealed record TextDocumentIdentifier(string Uri);

/// <param name="Version">Of the document after the change; some clients leave it out.</param>
public sealed record VersionedTextDocumentIdentifier(string Uri, int? Version = null);
