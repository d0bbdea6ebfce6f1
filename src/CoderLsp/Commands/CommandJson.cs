using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using CoderLsp.Commands.Actions;
using CoderLsp.Commands.Examining;
using CoderLsp.Models;

namespace CoderLsp.Commands;

/// <summary>The JSON that commands print.</summary>
[JsonSerializable(typeof(ActionReport))]
[JsonSerializable(typeof(BenchResult[]))]
[JsonSerializable(typeof(CompletionReport))]
[JsonSerializable(typeof(int[]))]
[JsonSerializable(typeof(PerplexityReport))]
[JsonSerializable(typeof(ModelDescription))]
[JsonSerializable(typeof(DoctorReport))]
[JsonSerializable(typeof(SettingsReport))]
sealed partial class CommandJson : JsonSerializerContext
{
    /// <summary>Indented, and with the characters of source code as they are: it goes to people and programs, never into HTML.</summary>
    public static CommandJson Readable { get; } = new(new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    });
}
