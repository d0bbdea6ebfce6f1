namespace CoderLsp.Protocol.Messages;

public enum MessageType
{
    Error = 1,
    Warning = 2,
    Info = 3,
    Log = 4,
}

/// <summary>Params of <c>window/showMessage</c> and <c>window/logMessage</c>.</summary>
public sealed record MessageParams(MessageType Type, string Message);

/// <param name="Value"><c>off</c>, <c>messages</c> or <c>verbose</c>.</param>
public sealed record SetTraceParams(string Value);

/// <summary>Params of <c>$/logTrace</c>.</summary>
public sealed record LogTraceParams(string Message);

/// <param name="TakeFocus">Whether the editor's cursor goes there.</param>
public sealed record ShowDocumentParams(string Uri, bool TakeFocus);

public sealed record ShowDocumentResult(bool Success);
