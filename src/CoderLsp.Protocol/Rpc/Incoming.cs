using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using StreamJsonRpc;
using StreamJsonRpc.Protocol;

namespace CoderLsp.Protocol.Rpc;

/// <summary>
/// A request or notification. Its params go to the handler as they are: LSP passes one object, and which type it has is the
/// handler's business.
/// </summary>
sealed class IncomingRequest(JsonElement parameters) : JsonRpcRequest
{
    public override int ArgumentCount => 1;

    public override ArgumentMatchResult TryGetTypedArguments(ReadOnlySpan<ParameterInfo> wanted, Span<object?> arguments)
    {
        if (wanted.Length != 1) return ArgumentMatchResult.ParameterArgumentCountMismatch;
        if (wanted[0].ParameterType == typeof(JsonElement)) arguments[0] = parameters;
        // The library's own handler of $/cancelRequest asks for the id in the params.
        else if (wanted[0].ParameterType == typeof(RequestId) && CancelledId() is { } id) arguments[0] = id;
        else return ArgumentMatchResult.ParameterArgumentTypeMismatch;
        return ArgumentMatchResult.Success;
    }

    public override ArgumentMatchResult TryGetTypedArguments(
        ReadOnlySpan<ParameterInfo> wanted, ReadOnlySpan<string?> names, Span<object?> arguments) => TryGetTypedArguments(wanted, arguments);

    RequestId? CancelledId() => parameters.ValueKind == JsonValueKind.Object && parameters.TryGetProperty("id", out var id)
        ? MessageFormatter.ReadId(id) : null;
}

/// <summary>The client's answer to a request of ours.</summary>
sealed class IncomingResult(JsonElement result, JsonSerializerContext types) : JsonRpcResult
{
    public override T GetResult<T>() => result.Deserialize(MessageFormatter.TypeInfo<T>(types))!;
}

/// <summary>The reply to a message that never reached a handler. Its id is echoed as it was sent, null when there was none to be found.</summary>
sealed class Refusal : JsonRpcError
{
    public Refusal(ErrorCode code, string message, JsonElement id = default)
    {
        Version = "2.0";
        Error = new ErrorDetail { Code = (JsonRpcErrorCode)code, Message = message };
        RawId = id;
    }

    public JsonElement RawId { get; }
}
