using System.Text.Json;
using System.Text.Json.Nodes;
using CoderLsp.Configuration;
using CoderLsp.TestSupport;

namespace CoderLsp.Tests.Configuration;

public class SettingsSchemaTests
{
    // Something of every kind, and what lies at the ends of the ranges.
    static readonly string[] Samples =
    [
        "true", "false", "-1", "0", "0.5", "1", "1.5", "2", "2.5", "10", "11", "15", "16", "63", "64", "1024", "1025", "10080", "10081", "65536", "65537",
        "1048576", "1048577", "1e300", "\"\"", "\"auto\"", "\"seedling\"", "\"psm\"", "\"Auto\"", "[]", "[\"a\"]", "[1]", "[[]]", "{}",
        """{"a":true}""", """{"a":1}""", """{"a":null,"b":{}}""",
    ];

    [Fact]
    public void The_published_schema_is_the_one_of_the_table() =>
        // coderlsp settings --schema > docs/settings.schema.json
        File.ReadAllText(TestData.InRepository("docs", "settings.schema.json")).ShouldBe(SettingsSchema.Text + "\n");

    [Fact]
    public void The_schema_travels_with_the_executable() => File.Exists(Path.Combine(AppContext.BaseDirectory, "settings.schema.json")).ShouldBeTrue();

    [Fact]
    public void The_schema_allows_what_the_program_takes_and_nothing_else()
    {
        foreach (var setting in SettingTable.All)
        {
            var choices = setting.Schema()["enum"]?.AsArray().Select(choice => choice!.ToJsonString()) ?? [];
            var allowed = 0;
            foreach (var sample in Samples.Concat(choices))
            {
                var applied = setting.Apply(new(), JsonDocument.Parse(sample).RootElement);
                var taken = applied is not null;
                if (applied is not null) JsonNode.DeepEquals(setting.Value(applied), JsonNode.Parse(sample)).ShouldBeTrue($"{setting.Name}: {sample}");
                Allows(SettingsSchema.Create(), Document(setting.Name, sample)).ShouldBe(taken, $"{setting.Name}: {sample}");
                allowed += taken ? 1 : 0;
            }

            allowed.ShouldBeInRange(1, Samples.Length - 1, setting.Name);
        }
    }

    [Fact]
    public void The_defaults_are_allowed()
    {
        var defaults = new CoderLspSettings();
        foreach (var setting in SettingTable.All)
            Allows(SettingsSchema.Create(), Document(setting.Name, setting.Value(defaults)?.ToJsonString() ?? "null")).ShouldBeTrue(setting.Name);
    }

    [Theory]
    [InlineData("""{ "$schema": "file:///x.json", "inline": { "enabled": false } }""", true)]
    [InlineData("""{ "modle": "x" }""", false)]
    [InlineData("""{ "inline": { "maxToken": 3 } }""", false)]
    [InlineData("""{ "inline": 3 }""", false)]
    public void Names_that_do_not_exist_are_not_allowed(string file, bool allowed) =>
        Allows(SettingsSchema.Create(), JsonNode.Parse(file)).ShouldBe(allowed);

    [Fact]
    public void Every_setting_is_described_in_one_line()
    {
        foreach (var setting in SettingTable.All)
        {
            setting.Description.ShouldNotBeNullOrWhiteSpace(setting.Name);
            setting.Description.ShouldNotContain('\n');
        }
    }

    static JsonNode Document(string name, string value)
    {
        var node = JsonNode.Parse(value);
        foreach (var level in name.Split('.').Reverse()) node = new JsonObject { [level] = node };
        return node!;
    }

    // The keywords of JSON Schema that ours uses; any other fails.
    static bool Allows(JsonObject schema, JsonNode? value) => schema.All(keyword => keyword.Key switch
    {
        "$schema" or "title" or "description" or "default" => true,
        "type" => (keyword.Value is JsonArray types ? types.Select(type => type!) : [keyword.Value!]).Any(type => IsOfType(type.GetValue<string>(), value)),
        "enum" => keyword.Value!.AsArray().Any(choice => JsonNode.DeepEquals(choice, value)),
        "const" => JsonNode.DeepEquals(keyword.Value, value),
        "minimum" => Number(value) is not { } number || number >= Number(keyword.Value),
        "maximum" => Number(value) is not { } number || number <= Number(keyword.Value),
        "minLength" => value?.GetValueKind() != JsonValueKind.String || value.GetValue<string>().Length >= Number(keyword.Value),
        "anyOf" => keyword.Value!.AsArray().Any(one => Allows(one!.AsObject(), value)),
        "items" => value is not JsonArray items || items.All(item => Allows(keyword.Value!.AsObject(), item)),
        "properties" => value is not JsonObject members || members.All(member =>
            keyword.Value![member.Key] is not JsonObject known || Allows(known, member.Value)),
        "additionalProperties" => value is not JsonObject members || members.All(member =>
            schema["properties"]?.AsObject().ContainsKey(member.Key) == true
            || (keyword.Value is JsonObject others && Allows(others, member.Value))),
        _ => throw new NotSupportedException(keyword.Key),
    });

    static bool IsOfType(string type, JsonNode? value) => value?.GetValueKind() switch
    {
        null or JsonValueKind.Null => type == "null",
        JsonValueKind.True or JsonValueKind.False => type == "boolean",
        JsonValueKind.Number => type == "number" || (type == "integer" && double.IsInteger(Number(value)!.Value)),
        JsonValueKind.String => type == "string",
        JsonValueKind.Array => type == "array",
        _ => type == "object",
    };

    static double? Number(JsonNode? value) => value?.GetValueKind() == JsonValueKind.Number
        ? double.Parse(value.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture) : null;
}
