namespace CoderLsp.Protocol.Rpc;

/// <summary>Error codes of JSON-RPC 2.0 and of the LSP.</summary>
public enum ErrorCode
{
    ParseError = -32700,
    InvalidRequest = -32600,
    MethodNotFound = -32601,
    InvalidParams = -32602,
    InternalError = -32603,
    ServerNotInitialized = -32002,
    RequestCancelled = -32800,
    ContentModified = -32801,
    RequestFailed = -32803,
}

/// <summary>A request that is answered with an error on purpose. The message goes to the client: it must not hold the user's text.</summary>
public sealed class RequestFailedException(ErrorCode code, string message) : Exception(message)
{
    public ErrorCode Code { get; } = code;
}
