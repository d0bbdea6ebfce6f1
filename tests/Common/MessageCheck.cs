using System.Text.Json;

namespace CoderLsp.TestSupport;

/// <summary>Holds both ends of a connection to the LSP's model, message by message. Without a model it knows the envelopes only.</summary>
/// <param name="model">Null: params and results are not looked at.</param>
sealed class MessageCheck(MetaModel? model)
{
    readonly Dictionary<string, string> _asked = [];       // requests of the client by id, as JSON text
    readonly Dictionary<string, string> _askedByServer = [];
    readonly Lock _gate = new();

    /// <summary>Notes what the client asks, so that its answer can be checked. The message itself may be wrong on purpose.</summary>
    public void Sent(JsonElement message)
    {
        if (MethodOf(message) is not { } method || !message.TryGetProperty("id", out var id)) return;
        lock (_gate) _asked[id.GetRawText()] = method;
    }

    /// <summary>What is wrong with a message of the client.</summary>
    public IReadOnlyList<Mismatch> CheckSent(JsonElement message) => CheckOne(message, _askedByServer);

    /// <summary>What is wrong with a message of the server; empty: nothing.</summary>
    public IReadOnlyList<Mismatch> CheckReceived(JsonElement message)
    {
        if (MethodOf(message) is { } method && message.TryGetProperty("id", out var id))
            lock (_gate) _askedByServer[id.GetRawText()] = method;
        return CheckOne(message, _asked);
    }

    IReadOnlyList<Mismatch> CheckOne(JsonElement message, Dictionary<string, string> asked)
    {
        if (!message.TryGetProperty("jsonrpc", out var version) || version.ValueKind != JsonValueKind.String || version.GetString() != "2.0")
            return [new("a message", "has no \"jsonrpc\": \"2.0\"")];
        var hasId = message.TryGetProperty("id", out var id);
        if (MethodOf(message) is { } method)
        {
            if (hasId && id.ValueKind is not (JsonValueKind.Number or JsonValueKind.String)) return [new(method, $"has the id {id}")];
            message.TryGetProperty("params", out var parameters);
            return model?.CheckParams(method, parameters) ?? [];
        }
        if (!hasId) return [new("a reply", "has no id")];
        if (message.TryGetProperty("error", out var error))
            return message.TryGetProperty("result", out _) ? [new("a reply", "has both result and error")] : CheckError(error);
        if (!message.TryGetProperty("result", out var result)) return [new("a reply", "has neither result nor error")];
        lock (_gate)
            return asked.TryGetValue(id.GetRawText(), out var request) ? model?.CheckResult(request, result) ?? [] : [];
    }

    static IReadOnlyList<Mismatch> CheckError(JsonElement error) =>
        error.ValueKind == JsonValueKind.Object && error.TryGetProperty("code", out var code)
        && code.ValueKind == JsonValueKind.Number && code.TryGetInt32(out _)
        && error.TryGetProperty("message", out var text) && text.ValueKind == JsonValueKind.String ? [] : [new("an error", $"is {error}")];

    static string? MethodOf(JsonElement message) =>
        message.ValueKind == JsonValueKind.Object && message.TryGetProperty("method", out var method) && method.ValueKind == JsonValueKind.String ? method.GetString() : null;
}
