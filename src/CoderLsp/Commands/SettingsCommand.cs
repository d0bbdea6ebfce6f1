using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using CoderLsp.Configuration;
using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace CoderLsp.Commands;

/// <summary>The JSON of <c>settings --json</c>.</summary>
/// <param name="Errors">Values that are not allowed; what was in force before them still is.</param>
/// <param name="Warnings">Settings that do not exist.</param>
sealed record SettingsReport(string ConfigurationFile, IReadOnlyList<SettingInForce> Settings, IReadOnlyList<string> Errors, IReadOnlyList<string> Warnings);

/// <param name="Value">As in the configuration file.</param>
/// <param name="Source"><c>default</c>, <c>file</c>, <c>environment</c> or <c>option</c>.</param>
/// <param name="From">The file, the variable or the option; null for a default.</param>
sealed record SettingInForce(
    string Name, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] JsonNode? Value, string Source, string? From);

/// <summary><c>settings</c>: what is in force and where it comes from, or the schema of the configuration file.</summary>
static class SettingsCommand
{
    // JSON as people write it in the file: quotes as \", other alphabets as they are.
    static readonly JsonSerializerOptions OneLine = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create(CommandOutput output)
    {
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var schema = new Option<bool>("--schema") { Description = "Print the JSON Schema of the configuration file instead." };
        var command = new Command("settings", "Shows the settings in force and where each comes from.") { json, schema };
        command.Runs(output, (context, _) =>
        {
            if (context.Value(schema)) output.Out.WriteLine(SettingsSchema.Text);
            return Task.FromResult(context.Value(schema) ? ExitStatus.Done : Show(context, context.Value(json)));
        });
        return command;
    }

    static int Show(CommandContext context, bool asJson)
    {
        var output = context.Output;
        var result = context.LoadLayers().Read();
        output.LogLevel = result.Settings.LogLevel;
        if (result.Errors.FirstOrDefault(error => error.FromOption) is { Message: { } wrongUsage }) throw new UsageException(wrongUsage);

        var settings = InForce(result).ToList();
        if (asJson)
        {
            var report = new SettingsReport(context.ConfigurationFile, settings, [.. result.Errors.Select(error => error.Message)],
                [.. result.Warnings.Select(warning => warning.Message)]);
            output.Out.WriteLine(JsonSerializer.Serialize(report, CommandJson.Readable.SettingsReport));
        }
        else
        {
            output.Write(Table(settings));
        }

        foreach (var warning in result.Warnings) output.Log(LogLevel.Warning, warning.Message);
        foreach (var error in result.Errors) output.Error.WriteLine($"coderlsp: {error.Message}");
        return result.Errors.Count == 0 ? ExitStatus.Done : ExitStatus.Failed;
    }

    static IEnumerable<SettingInForce> InForce(SettingsResult result)
    {
        foreach (var setting in SettingTable.All)
        {
            var value = setting.Value(result.Settings);
            if (setting.HasKeys && value is JsonObject { Count: > 0 } keys)
                foreach (var (key, entry) in keys) yield return Row($"{setting.Name}.{key}", entry?.DeepClone());
            else
                yield return Row(setting.Name, value);
        }

        SettingInForce Row(string name, JsonNode? value) => result.Origins.TryGetValue(name, out var origin)
            ? new(name, value, JsonNamingPolicy.CamelCase.ConvertName(origin.Source.ToString()), origin.Name)
            : new(name, value, "default", null);
    }

    static Table Table(List<SettingInForce> settings)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("setting").AddColumn("value").AddColumn("from");
        foreach (var setting in settings)
            table.AddRow(
                new Text(Printable.Of(setting.Name)), new Text(Printable.Of(setting.Value?.ToJsonString(OneLine) ?? "null")),
                new Text(Printable.Of(setting.From ?? setting.Source)));
        return table;
    }
}
