using System.Text.Json;

namespace CoderLsp.Protocol.Rpc;

/// <summary>Looks for the id in the first bytes of a message that is too large to be read.</summary>
static class FirstBytes
{
    public static JsonElement FindId(ReadOnlySpan<byte> head)
    {
        var reader = new Utf8JsonReader(head, isFinalBlock: false, default);
        try
        {
            while (reader.Read())
            {
                if (reader.CurrentDepth != 1 || reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals("id"u8)) continue;
                return reader.Read() && reader.TokenType is JsonTokenType.String or JsonTokenType.Number ? JsonElement.ParseValue(ref reader) : default;
            }
        }
        catch (JsonException)
        {
            // No JSON: no id.
        }
        return default;
    }
}
