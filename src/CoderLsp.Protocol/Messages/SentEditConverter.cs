using System.Text.Json;
using System.Text.Json.Serialization;

namespace CoderLsp.Protocol.Messages;

/// <summary>
/// For edits that are only ever sent. A client may send one back in an action that is to be resolved; nothing here asks what is in it,
/// and the LSP allows more in it than this server writes.
/// </summary>
sealed class SentEditConverter : JsonConverter<WorkspaceEdit>
{
    public override WorkspaceEdit? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        reader.Skip();
        return null;
    }

    public override void Write(Utf8JsonWriter writer, WorkspaceEdit value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, LspJson.Default.WorkspaceEdit);
}
