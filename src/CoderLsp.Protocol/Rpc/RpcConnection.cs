using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using StreamJsonRpc;
using StreamJsonRpc.Protocol;

namespace CoderLsp.Protocol.Rpc;

/// <param name="Log">Takes one line about something out of order; it holds none of the user's text.</param>
/// <param name="MaxMessageBytes">Longer messages are skipped and refused.</param>
public sealed record RpcOptions(Action<string> Log, long MaxMessageBytes = 128L << 20)
{
    /// <summary>Hears which method was handled, and how long that took from its handler's start; null: nobody wants to know.</summary>
    public Action<string, TimeSpan>? Handled { get; init; }
}

/// <summary>
/// A server's end of a JSON-RPC 2.0 connection as the LSP uses it. Handlers are started one after the other in the order of
/// arrival; a notification's handler runs to its end before the next message is handled, a request's up to its first await. Each
/// request gets exactly one reply. Its cancellation source exists before it is queued, so a cancellation is never lost.
/// </summary>
/// <remarks>StreamJsonRpc does the dispatching; nothing of it shows outside this room, so that it can be replaced.</remarks>
public sealed class RpcConnection : IDisposable
{
    readonly RpcOptions _options;
    readonly JsonSerializerContext _types;
    readonly Lifecycle _lifecycle = new();
    readonly MessageChannel _channel;
    readonly Rpc _rpc;

    /// <param name="types">Knows every type of params and results that handlers use.</param>
    public RpcConnection(Stream input, Stream output, JsonSerializerContext types, RpcOptions options)
    {
        _options = options;
        _types = types;
        _channel = new MessageChannel(input, output, new MessageFormatter(types), _lifecycle, options);
        _rpc = new Rpc(_channel, options.Log) { CancelLocallyInvokedMethodsWhenConnectionIsClosed = true };
    }

    /// <summary>Cancelled when no more messages will come; requests still open should be answered soon.</summary>
    public CancellationToken Closing => _channel.Closing;

    /// <summary>Whether <c>shutdown</c> was received: the end of the connection is then a proper one.</summary>
    public bool IsShutDown => _lifecycle.IsShutDown;

    /// <summary>Registers the handler of a request with params.</summary>
    public void OnRequest<TParams, TResult>(string method, Func<TParams, CancellationToken, Task<TResult>> handler) =>
        Register(method, async (parameters, cancellation) => await handler(Read<TParams>(method, parameters), cancellation).ConfigureAwait(false));

    /// <summary>Registers the handler of a request whose params, if any, do not matter.</summary>
    public void OnRequest<TResult>(string method, Func<CancellationToken, Task<TResult>> handler) =>
        Register(method, async (_, cancellation) => await handler(cancellation).ConfigureAwait(false));

    /// <summary>Registers the handler of a notification.</summary>
    /// <param name="unreadable">Gets params that are not of the type, after they were logged.</param>
    public void OnNotification<TParams>(string method, Action<TParams> handler, Action<JsonElement>? unreadable = null) =>
        Register(method, (parameters, _) =>
        {
            try
            {
                handler(Read<TParams>(method, parameters));
            }
            catch (RequestFailedException error)
            {
                _options.Log($"{method}: {error.Message}");
                unreadable?.Invoke(parameters);
            }
            catch (Exception error)
            {
                // Nobody waits for a reply that could carry the error.
                _options.Log(Describe(method, error));
            }
            return Task.FromResult<object?>(null);
        });

    /// <summary>Registers the handler of a notification whose params, if any, do not matter.</summary>
    public void OnNotification(string method, Action handler) =>
        Register(method, (_, _) =>
        {
            handler();
            return Task.FromResult<object?>(null);
        });

    /// <summary>Sends a notification to the client. Does nothing when the connection has ended.</summary>
    public async Task NotifyAsync<TParams>(string method, TParams parameters) where TParams : notnull
    {
        try
        {
            await _rpc.NotifyAsync(method, parameters).ConfigureAwait(false);
        }
        catch (Exception error) when (error is ConnectionLostException or ObjectDisposedException or IOException)
        {
            _options.Log($"{method} was not sent: the connection has ended.");
        }
    }

    /// <summary>
    /// Sends a request to the client and waits for its answer. When it is cancelled, the client is told, and not waited for; nor when the
    /// input has ended, from where no answer can come.
    /// </summary>
    /// <exception cref="RequestFailedException">The client answered with an error, or with something else than the LSP says.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, or the connection has ended.</exception>
    public async Task<TResult> RequestAsync<TParams, TResult>(string method, TParams parameters, CancellationToken cancellation)
        where TParams : notnull
    {
        try
        {
            var answer = _rpc.InvokeWithCancellationAsync<TResult>(method, [parameters], cancellation);
            // Once it is not waited for, nobody else would look at how it ends.
            _ = answer.ContinueWith(late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, Closing);
            return await answer.WaitAsync(either.Token).ConfigureAwait(false)
                ?? throw new RequestFailedException(ErrorCode.InvalidParams, $"The client answered {method} with null.");
        }
        catch (JsonException error)
        {
            throw new RequestFailedException(ErrorCode.InvalidParams, $"The client's answer to {method} is not as the LSP has it, at {error.Path ?? "$"}.");
        }
        catch (RemoteRpcException error)
        {
            throw new RequestFailedException((ErrorCode?)(int?)error.ErrorCode ?? ErrorCode.InternalError, error.Message);
        }
        catch (Exception error) when (error is ConnectionLostException or ObjectDisposedException or IOException)
        {
            throw new OperationCanceledException($"{method} was not answered: the connection has ended.", error);
        }
    }

    /// <summary>Handles messages until the input ends, <c>exit</c> comes, or <see cref="Close"/> is called.</summary>
    public async Task RunAsync()
    {
        _rpc.StartListening();
        try
        {
            await _rpc.Completion.ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            _options.Log($"The connection broke: {error.GetType().Name}.");
        }
    }

    /// <summary>Ends the connection as if the input had ended.</summary>
    public void Close() => _channel.Close();

    public void Dispose() => _rpc.Dispose();

    void Register(string method, Func<JsonElement, CancellationToken, Task<object?>> handler)
    {
        var registered = _options.Handled is { } handled ? Timed : handler;
        _rpc.AddLocalRpcMethod(registered.Method, registered.Target, new JsonRpcMethodAttribute(method));

        async Task<object?> Timed(JsonElement parameters, CancellationToken cancellation)
        {
            var began = Stopwatch.GetTimestamp();
            try
            {
                return await handler(parameters, cancellation).ConfigureAwait(false);
            }
            finally
            {
                handled(method, Stopwatch.GetElapsedTime(began));
            }
        }
    }

    T Read<T>(string method, JsonElement parameters)
    {
        if (parameters.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
            throw new RequestFailedException(ErrorCode.InvalidParams, $"{method} needs params.");
        try
        {
            return parameters.Deserialize(MessageFormatter.TypeInfo<T>(_types))!;
        }
        catch (JsonException error)
        {
            throw new RequestFailedException(ErrorCode.InvalidParams, $"The params of {method} are not as they should be, at {error.Path ?? "$"}{Missing(error)}.");
        }
    }

    // The reader names what is missing at the end of its message: "... required properties including: 'messages', 'x'.".
    static string Missing(JsonException error) => error.Message.LastIndexOf("including: ", StringComparison.Ordinal) is > 0 and var start
        ? $": missing {error.Message[(start + "including: ".Length)..].Split(". ")[0].TrimEnd('.')}" : "";

    // Messages of exceptions may hold the user's text; their types and the places they came from do not.
    static string Describe(string method, Exception error) => $"{method} failed: {error.GetType().Name}{Environment.NewLine}{error.StackTrace}";

    sealed class Rpc(MessageChannel channel, Action<string> log) : JsonRpc(channel)
    {
        protected override JsonRpcError.ErrorDetail CreateErrorDetails(JsonRpcRequest request, Exception exception)
        {
            if (exception is RequestFailedException expected)
                return new() { Code = (JsonRpcErrorCode)expected.Code, Message = expected.Message };
            if (exception is OperationCanceledException && channel.Closing.IsCancellationRequested)
                return new() { Code = JsonRpcErrorCode.RequestCanceled, Message = "The connection is ending." };
            log(Describe(request.Method!, exception));
            return new() { Code = JsonRpcErrorCode.InternalError, Message = $"Internal error ({exception.GetType().Name}); the server's log says where." };
        }

        protected override Type? GetErrorDetailsDataType(JsonRpcError error) => null;
    }
}
