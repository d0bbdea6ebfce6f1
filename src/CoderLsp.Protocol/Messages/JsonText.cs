using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CoderLsp.Protocol.Messages;

/// <summary>Texts in values that were not read into a type of their own.</summary>
public static class JsonText
{
    static readonly DocumentTextConverter Converter = new();

    /// <summary>The text as <see cref="DocumentTextConverter"/> reads it, halves of surrogate pairs included; null for a value of another kind.</summary>
    public static string? Of(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String) return null;
        var reader = new Utf8JsonReader(JsonMarshal.GetRawUtf8Value(value));
        reader.Read();
        return Converter.Read(ref reader, typeof(string), LspJson.Default.Options);
    }
}

/// <summary>
/// Writes values that a client sent, and that go back to it, as they came: the default converter reads their texts anew and refuses
/// halves of surrogate pairs.
/// </summary>
sealed class JsonElementConverter : JsonConverter<JsonElement>
{
    public override JsonElement Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => JsonElement.ParseValue(ref reader);

    public override void Write(Utf8JsonWriter writer, JsonElement value, JsonSerializerOptions options)
    {
        if (value.ValueKind == JsonValueKind.Undefined) writer.WriteNullValue();
        else writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);
    }
}
