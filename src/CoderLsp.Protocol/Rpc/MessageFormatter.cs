using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using StreamJsonRpc;
using StreamJsonRpc.Protocol;

namespace CoderLsp.Protocol.Rpc;

/// <summary>A message that is no JSON-RPC 2.0 message; <see cref="Reply"/> says so to the client.</summary>
sealed class InvalidMessageException(Refusal reply) : Exception(reply.Error!.Message)
{
    public Refusal Reply { get; } = reply;
}

/// <summary>
/// Between JSON text and StreamJsonRpc's messages. The package's own formatter needs reflection, reads types that the sender
/// chooses, and ends the connection at the first malformed message; this one does none of it.
/// </summary>
sealed class MessageFormatter(JsonSerializerContext types) : IJsonRpcMessageFormatter
{
    // Replies go into a JSON-RPC channel, never into a web page: code is full of < > & ', which need no escapes there.
    static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static JsonTypeInfo<T> TypeInfo<T>(JsonSerializerContext types) => (JsonTypeInfo<T>)TypeInfo(types, typeof(T));

    static JsonTypeInfo TypeInfo(JsonSerializerContext types, Type type) => types.GetTypeInfo(type)
        ?? throw new InvalidOperationException($"{type.Name} is not declared in {types.GetType().Name}.");

    /// <exception cref="InvalidMessageException">The text is not one JSON-RPC 2.0 message.</exception>
    public JsonRpcMessage Parse(ReadOnlyMemory<byte> text)
    {
        JsonElement root;
        try
        {
            // Not disposed: the handlers' params live in it, and its pooled buffer is only an optimisation.
            root = JsonDocument.Parse(text).RootElement;
        }
        catch (JsonException error)
        {
            throw Invalid(ErrorCode.ParseError, $"The message is not valid JSON (line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}).");
        }
        if (root.ValueKind == JsonValueKind.Array)
            throw Invalid(ErrorCode.InvalidRequest, "Batches are not supported (the LSP has none): send each message by itself.");
        if (root.ValueKind != JsonValueKind.Object) throw Invalid(ErrorCode.InvalidRequest, "A message must be a JSON object.");

        var hasId = root.TryGetProperty("id", out var rawId);
        var id = hasId ? ReadId(rawId) : RequestId.NotSpecified;
        if (id is null) throw Invalid(ErrorCode.InvalidRequest, "The id of a message must be a string or an integer of at most 64 bits.", rawId);
        if (!root.TryGetProperty("jsonrpc", out var version) || version.ValueKind != JsonValueKind.String || !version.ValueEquals("2.0"u8))
            throw Invalid(ErrorCode.InvalidRequest, "A message must say \"jsonrpc\": \"2.0\".", rawId);
        if (root.TryGetProperty("method", out var method)) return ParseRequest(root, method, rawId, id.Value);
        if (hasId && root.TryGetProperty("error", out var failure) && failure.ValueKind == JsonValueKind.Object)
            return new JsonRpcError { Version = "2.0", RequestId = id.Value, Error = ReadError(failure) };
        if (hasId && root.TryGetProperty("result", out var result))
            return new IncomingResult(result, types) { Version = "2.0", RequestId = id.Value };
        throw Invalid(ErrorCode.InvalidRequest, "A message must have a method, or an id with a result or an error.", rawId);
    }

    static IncomingRequest ParseRequest(JsonElement root, JsonElement method, JsonElement rawId, RequestId id)
    {
        if (ReadString(method) is not { } name) throw Invalid(ErrorCode.InvalidRequest, "The method of a message must be a string.", rawId);
        root.TryGetProperty("params", out var parameters);
        if (parameters.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.Object or JsonValueKind.Array))
            throw Invalid(ErrorCode.InvalidRequest, "The params of a message must be an object or an array.", rawId);
        return new IncomingRequest(parameters) { Version = "2.0", RequestId = id, Method = name };
    }

    static JsonRpcError.ErrorDetail ReadError(JsonElement error) => new()
    {
        Code = error.TryGetProperty("code", out var code) && code.ValueKind == JsonValueKind.Number && code.TryGetInt32(out var number)
            ? (JsonRpcErrorCode)number : JsonRpcErrorCode.InternalError,
        Message = error.TryGetProperty("message", out var message) ? ReadString(message) : null,
    };

    /// <summary>The id, or null when it is neither a string nor an integer that can be kept exactly.</summary>
    public static RequestId? ReadId(JsonElement id) => id.ValueKind switch
    {
        JsonValueKind.Number when id.TryGetInt64(out var number) => new RequestId(number),
        JsonValueKind.String when ReadString(id) is { } text => new RequestId(text),
        JsonValueKind.Null => RequestId.Null,
        _ => null,
    };

    static string? ReadString(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.String) return null;
        try
        {
            return element.GetString();
        }
        catch (InvalidOperationException)
        {
            return null; // not valid UTF-8, or half of a surrogate pair
        }
    }

    static InvalidMessageException Invalid(ErrorCode code, string message, JsonElement id = default) => new(new Refusal(code, message, id));

    public JsonRpcMessage Deserialize(ReadOnlySequence<byte> contentBuffer) => Parse(contentBuffer.ToArray());

    public void Serialize(IBufferWriter<byte> bufferWriter, JsonRpcMessage message)
    {
        using var writer = new Utf8JsonWriter(bufferWriter, WriterOptions);
        writer.WriteStartObject();
        writer.WriteString("jsonrpc"u8, "2.0"u8);
        switch (message)
        {
            case Refusal { RawId.ValueKind: JsonValueKind.String or JsonValueKind.Number } refusal:
                writer.WritePropertyName("id"u8);
                writer.WriteRawValue(refusal.RawId.GetRawText());
                WriteError(writer, refusal.Error!);
                break;
            case JsonRpcError error:
                WriteId(writer, error.RequestId);
                WriteError(writer, error.Error!);
                break;
            case JsonRpcResult result:
                WriteId(writer, result.RequestId);
                writer.WritePropertyName("result"u8);
                WriteValue(writer, result.Result);
                break;
            case JsonRpcRequest request:
                if (request.IsResponseExpected) WriteId(writer, request.RequestId);
                writer.WriteString("method"u8, request.Method);
                // RpcConnection passes the one params object as the only argument; the library itself names the id in $/cancelRequest.
                if (request.ArgumentsList is [{ } parameters])
                {
                    writer.WritePropertyName("params"u8);
                    WriteValue(writer, parameters);
                }
                else if (request.NamedArguments is { } named && named.TryGetValue("id", out var id) && id is RequestId cancelled)
                {
                    writer.WriteStartObject("params"u8);
                    WriteId(writer, cancelled);
                    writer.WriteEndObject();
                }
                break;
            default:
                throw new NotSupportedException($"A message of type {message.GetType().Name} cannot be written.");
        }
        writer.WriteEndObject();
    }

    void WriteValue(Utf8JsonWriter writer, object? value)
    {
        if (value is null) writer.WriteNullValue();
        else JsonSerializer.Serialize(writer, value, TypeInfo(types, value.GetType()));
    }

    static void WriteError(Utf8JsonWriter writer, JsonRpcError.ErrorDetail error)
    {
        writer.WriteStartObject("error"u8);
        writer.WriteNumber("code"u8, (int)error.Code);
        writer.WriteString("message"u8, error.Message);
        writer.WriteEndObject();
    }

    static void WriteId(Utf8JsonWriter writer, RequestId id)
    {
        if (id.Number is { } number) writer.WriteNumber("id"u8, number);
        else if (id.String is { } text) writer.WriteString("id"u8, text);
        else writer.WriteNull("id"u8);
    }

    [Obsolete("The interface demands it; nothing calls it.")]
    object IJsonRpcMessageFormatter.GetJsonText(JsonRpcMessage message) => throw new NotSupportedException();
}
