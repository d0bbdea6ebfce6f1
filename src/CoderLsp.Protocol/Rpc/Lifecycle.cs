namespace CoderLsp.Protocol.Rpc;

/// <summary>
/// What the LSP allows when: nothing before <c>initialize</c>, nothing but <c>exit</c> after <c>shutdown</c>. Asked for each
/// message in the order of arrival, on the reader's side of the queue, so that no handler has to think of it.
/// </summary>
sealed class Lifecycle
{
    enum Phase { New, Running, ShutDown }

    Phase _phase;

    public bool IsShutDown => _phase == Phase.ShutDown;

    /// <summary>Why this request must not be handled; null when it may.</summary>
    public (ErrorCode Code, string Message)? Request(string method)
    {
        switch (_phase, method)
        {
            case (Phase.New, "initialize"):
                _phase = Phase.Running;
                return null;
            case (Phase.New, _):
                return (ErrorCode.ServerNotInitialized, "The server is not initialized: send 'initialize' first.");
            case (Phase.Running, "initialize"):
                return (ErrorCode.InvalidRequest, "The server is initialized already: 'initialize' may be sent only once.");
            case (Phase.Running, "shutdown"):
                _phase = Phase.ShutDown;
                return null;
            case (Phase.ShutDown, _):
                return (ErrorCode.InvalidRequest, "The server has been shut down: only 'exit' may follow.");
            default:
                return null;
        }
    }

    /// <summary>Whether this notification may be handled.</summary>
    public bool Notification(string method) => _phase == Phase.Running || method == "$/cancelRequest";

    /// <summary>The request to initialize was refused: the client may try again.</summary>
    public void InitializeFailed() => _phase = Phase.New;
}
