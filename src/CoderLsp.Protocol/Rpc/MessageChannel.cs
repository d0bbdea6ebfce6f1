using System.Buffers;
using System.Text;
using CoderLsp.Protocol.Framing;
using StreamJsonRpc;
using StreamJsonRpc.Protocol;

namespace CoderLsp.Protocol.Rpc;

/// <summary>
/// The wire below StreamJsonRpc: frames in, frames out, one writer at a time (the base class sees to it). What StreamJsonRpc would
/// end the connection for is answered here, so that it never sees it; and the end of the input is held back until every request
/// has its reply.
/// </summary>
sealed class MessageChannel(Stream input, Stream output, MessageFormatter formatter, Lifecycle lifecycle, RpcOptions options)
    : MessageHandlerBase(formatter)
{
    // How long unfinished requests may take after they were cancelled, before the server ends without their replies.
    static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(5);

    readonly FrameReader _frames = new(InputPump.Start(input), options.MaxMessageBytes);
    readonly ArrayBufferWriter<byte> _outgoing = new();
    // Not disposed: it has no timer, and it may be cancelled after the connection ended by itself.
    readonly CancellationTokenSource _closing = new();
    readonly Lock _gate = new();
    readonly HashSet<RequestId> _unanswered = [];
    readonly HashSet<RequestId> _asked = [];
    RequestId _initializeId;
    TaskCompletionSource? _drained;

    /// <summary>Cancelled when no more messages will come: <c>exit</c>, the end of the input, or <see cref="Close"/>.</summary>
    public CancellationToken Closing => _closing.Token;

    public override bool CanRead => true;
    public override bool CanWrite => true;

    /// <summary>Ends reading as if the input had ended here.</summary>
    public void Close() => _closing.Cancel();

    protected override async ValueTask<JsonRpcMessage?> ReadCoreAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Closing);
        while (true)
        {
            Frame? frame;
            try
            {
                frame = await _frames.ReadAsync(stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (Closing.IsCancellationRequested)
            {
                frame = null;
            }
            catch (FramingException error)
            {
                // Where the next message begins is unknown from here on: say so and end.
                await RefuseAsync(new Refusal(ErrorCode.ParseError, error.Message)).ConfigureAwait(false);
                frame = null;
            }
            catch (IOException error)
            {
                options.Log($"The input cannot be read: {error.Message}");
                frame = null;
            }
            if (frame is not { } received) return await EndAsync().ConfigureAwait(false);
            if (await AcceptAsync(received).ConfigureAwait(false) is not { } message) continue;
            return message is JsonRpcRequest { Method: "exit", IsResponseExpected: false } ? await EndAsync().ConfigureAwait(false) : message;
        }
    }

    /// <summary>The message in the frame if it may be dispatched; else null, and a reply was written where one is due.</summary>
    async ValueTask<JsonRpcMessage?> AcceptAsync(Frame frame)
    {
        JsonRpcMessage message;
        try
        {
            if (frame.Refusal is { } reason)
                throw new InvalidMessageException(new Refusal(ErrorCode.InvalidRequest, reason, FirstBytes.FindId(frame.Body.Span)));
            message = formatter.Parse(frame.Body);
        }
        catch (InvalidMessageException invalid)
        {
            await RefuseAsync(invalid.Reply).ConfigureAwait(false);
            return null;
        }
        switch (message)
        {
            case JsonRpcRequest { IsResponseExpected: true } request:
                if (Admit(request) is not var (code, why)) return request;
                await RefuseAsync(new Refusal(code, why) { RequestId = request.RequestId }).ConfigureAwait(false);
                return null;
            case JsonRpcRequest notification:
                return notification.Method == "exit" || lifecycle.Notification(notification.Method!) ? notification : null;
            case IJsonRpcMessageWithId answer:
                lock (_gate)
                    if (_asked.Remove(answer.RequestId)) return message;
                options.Log("A response came to a request that was never sent; ignored.");
                return null;
            default:
                return null;
        }
    }

    (ErrorCode, string)? Admit(JsonRpcRequest request)
    {
        lock (_gate)
        {
            if (_unanswered.Contains(request.RequestId))
                return (ErrorCode.InvalidRequest, "A request with the same id is still being answered.");
            if (lifecycle.Request(request.Method!) is { } refused) return refused;
            if (request.Method == "initialize") _initializeId = request.RequestId;
            _unanswered.Add(request.RequestId);
            return null;
        }
    }

    ValueTask RefuseAsync(Refusal reply)
    {
        options.Log($"Refused a message: {reply.Error!.Message}");
        return WriteAsync(reply, CancellationToken.None);
    }

    async ValueTask<JsonRpcMessage?> EndAsync()
    {
        // Handlers see the cancellation and answer early.
        await _closing.CancelAsync().ConfigureAwait(false);
        Task wait;
        lock (_gate)
        {
            if (_unanswered.Count == 0) return null;
            _drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            wait = _drained.Task;
        }
        await Task.WhenAny(wait, Task.Delay(DrainTime)).ConfigureAwait(false);
        return null;
    }

    protected override async ValueTask WriteCoreAsync(JsonRpcMessage content, CancellationToken cancellationToken)
    {
        if (content is JsonRpcRequest { IsResponseExpected: true } request)
            lock (_gate) _asked.Add(request.RequestId);
        _outgoing.ResetWrittenCount();
        formatter.Serialize(_outgoing, content);
        await output.WriteAsync(Encoding.ASCII.GetBytes($"Content-Length: {_outgoing.WrittenCount}\r\n\r\n"), CancellationToken.None)
            .ConfigureAwait(false);
        await output.WriteAsync(_outgoing.WrittenMemory, CancellationToken.None).ConfigureAwait(false);
        if (content is not Refusal and not JsonRpcRequest) Answered(content);
    }

    void Answered(JsonRpcMessage reply)
    {
        var id = ((IJsonRpcMessageWithId)reply).RequestId;
        lock (_gate)
        {
            if (reply is JsonRpcError && id == _initializeId && _unanswered.Contains(id)) lifecycle.InitializeFailed();
            _unanswered.Remove(id);
            if (_unanswered.Count == 0) _drained?.TrySetResult();
        }
    }

    protected override async ValueTask FlushAsync(CancellationToken cancellationToken) =>
        await output.FlushAsync(CancellationToken.None).ConfigureAwait(false);
}
