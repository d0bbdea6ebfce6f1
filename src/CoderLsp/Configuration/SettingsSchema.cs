using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CoderLsp.Configuration;

/// <summary>The JSON Schema (draft 2020-12) of the configuration file, for editors that complete and check it.</summary>
static class SettingsSchema
{
    static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, IndentSize = 2, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>As in <c>docs/settings.schema.json</c>, which has one line end more.</summary>
    public static string Text => Create().ToJsonString(Readable);

    public static JsonObject Create()
    {
        var defaults = new CoderLspSettings();
        var root = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "CoderLsp settings",
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["properties"] = new JsonObject { ["$schema"] = new JsonObject { ["type"] = "string", ["description"] = "where this schema is" } },
        };
        foreach (var setting in SettingTable.All)
        {
            var path = setting.Name.Split('.');
            var level = root;
            foreach (var name in path[..^1]) level = LevelIn(level, name);
            var schema = setting.Schema();
            schema.Insert(0, "description", setting.Description.Replace("`", "", StringComparison.Ordinal));
            if (!setting.HasPlatformDefault) schema["default"] = setting.Value(defaults);
            level["properties"]![path[^1]] = schema;
        }

        return root;
    }

    static JsonObject LevelIn(JsonObject level, string name)
    {
        var properties = level["properties"]!.AsObject();
        if (!properties.ContainsKey(name))
            properties[name] = new JsonObject { ["type"] = "object", ["additionalProperties"] = false, ["properties"] = new JsonObject() };
        return properties[name]!.AsObject();
    }
}
