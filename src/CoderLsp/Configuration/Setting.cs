using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CoderLsp.Configuration;

/// <summary>One setting: its name, what is allowed, and where the value goes.</summary>
/// <param name="Name">As in the configuration file, with dots between levels: <c>inline.maxTokens</c>.</param>
/// <param name="Allowed">For error messages: "a whole number from 1 to 512".</param>
/// <param name="Description">One line of Markdown.</param>
/// <param name="Schema">What is allowed, as JSON Schema; null is the default where it is allowed.</param>
/// <param name="Value">The value in some settings, as it is written in the configuration file.</param>
/// <param name="Apply">The settings with this value, or null if the value is not allowed.</param>
/// <param name="FromText">Makes a JSON value of an environment variable or an option.</param>
sealed record Setting(
    string Name,
    string Allowed,
    string Description,
    Func<JsonObject> Schema,
    Func<CoderLspSettings, JsonNode?> Value,
    Func<CoderLspSettings, JsonElement, CoderLspSettings?> Apply,
    Func<string, JsonElement> FromText)
{
    /// <summary>Whether it is an object whose keys the user chooses: <c>inline.languages.csharp</c>.</summary>
    public bool HasKeys { get; private init; }

    /// <summary>Whether the default is another one on each platform.</summary>
    public bool HasPlatformDefault { get; init; }

    /// <summary><c>CODERLSP_INLINE__MAX_TOKENS</c>: upper case, <c>_</c> between words, <c>__</c> between levels.</summary>
    public string EnvironmentName { get; } = "CODERLSP_" + string.Join("__", Name.Split('.').Select(UpperSnakeCase));

    public static Setting Text(
        string name, string allowed, string description, Func<CoderLspSettings, string?> get, Func<CoderLspSettings, string, CoderLspSettings> set)
    {
        return new(name, allowed, description, Schema, settings => get(settings),
            (settings, value) => value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? set(settings, text) : null,
            JsonText);

        JsonObject Schema() => new() { ["type"] = get(new()) is null ? new JsonArray("string", "null") : "string", ["minLength"] = 1 };
    }

    public static Setting Flag(
        string name, string description, Func<CoderLspSettings, bool> get, Func<CoderLspSettings, bool, CoderLspSettings> set) =>
        new(name, "true or false", description, () => new() { ["type"] = "boolean" }, settings => get(settings),
            (settings, value) => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? set(settings, value.GetBoolean()) : null,
            Literal);

    public static Setting WholeNumber(
        string name, int least, int most, string description, Func<CoderLspSettings, int> get, Func<CoderLspSettings, int, CoderLspSettings> set) =>
        new(name, $"a whole number from {least} to {most}", description, () => WholeNumberSchema(least, most), settings => get(settings),
            (settings, value) => WholeNumber(value, least, most) is { } number ? set(settings, number) : null, Literal);

    /// <summary>A whole number, or "auto" for what the program chooses.</summary>
    public static Setting WholeNumberOrAuto(
        string name, int least, int most, string description, Func<CoderLspSettings, int?> get, Func<CoderLspSettings, int?, CoderLspSettings> set) =>
        new(name, $"a whole number from {least} to {most}, or \"auto\"", description, () => OrAuto(WholeNumberSchema(least, most)),
            settings => get(settings) is { } number ? number : "auto",
            (settings, value) => IsAuto(value) ? set(settings, null)
                : WholeNumber(value, least, most) is { } number ? set(settings, number) : null, Literal);

    public static Setting Number(
        string name, double least, double most, string description, Func<CoderLspSettings, double> get,
        Func<CoderLspSettings, double, CoderLspSettings> set) =>
        new(name, $"a number from {least} to {most}", description, () => NumberSchema(least, most), settings => get(settings),
            (settings, value) => Number(value, least, most) is { } number ? set(settings, number) : null, Literal);

    /// <summary>A number from 0 to 1, or "auto" for what the program chooses.</summary>
    public static Setting FractionOrAuto(
        string name, string description, Func<CoderLspSettings, double?> get, Func<CoderLspSettings, double?, CoderLspSettings> set) =>
        new(name, "a number from 0 to 1, or \"auto\"", description, () => OrAuto(NumberSchema(0, 1)),
            settings => get(settings) is { } number ? number : "auto",
            (settings, value) => IsAuto(value) ? set(settings, null)
                : Number(value, 0, 1) is { } number ? set(settings, number) : null, Literal);

    public static Setting OneOf<T>(
        string name, (string Text, T Value)[] choices, string description, Func<CoderLspSettings, T> get,
        Func<CoderLspSettings, T, CoderLspSettings> set) =>
        new(name, "one of " + string.Join(", ", choices.Select(choice => $"\"{choice.Text}\"")), description,
            () => new() { ["enum"] = Texts(choices.Select(choice => choice.Text)) },
            settings => choices.First(choice => Equals(choice.Value, get(settings))).Text,
            (settings, value) =>
            {
                if (value.ValueKind != JsonValueKind.String) return null;
                var index = Array.FindIndex(choices, choice => value.ValueEquals(choice.Text));
                return index < 0 ? null : set(settings, choices[index].Value);
            }, JsonText);

    /// <summary>A list of texts; in the environment with the platform's path separator between them.</summary>
    public static Setting TextList(
        string name, string allowed, string description, Func<CoderLspSettings, IReadOnlyList<string>> get,
        Func<CoderLspSettings, IReadOnlyList<string>, CoderLspSettings> set) =>
        new(name, allowed, description, () => new() { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string" } },
            settings => Texts(get(settings)),
            (settings, value) => value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
                ? set(settings, [.. value.EnumerateArray().Select(item => item.GetString()!)]) : null,
            text => Json($"[{string.Join(',', text.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(Quoted))}]"));

    /// <summary>An object of the user's keys with true or false each. Keys of an earlier layer stay unless they are given again.</summary>
    public static Setting Flags(
        string name, string allowed, string description, Func<CoderLspSettings, IReadOnlyDictionary<string, bool>> get,
        Func<CoderLspSettings, string, bool, CoderLspSettings> set) =>
        new(name, allowed, description, () => new() { ["type"] = "object", ["additionalProperties"] = new JsonObject { ["type"] = "boolean" } },
            settings => new JsonObject(get(settings).Select(item => KeyValuePair.Create(item.Key, (JsonNode?)item.Value))),
            (settings, value) =>
                value.ValueKind == JsonValueKind.Object
                    && value.EnumerateObject().All(item => item.Value.ValueKind is JsonValueKind.True or JsonValueKind.False)
                    ? value.EnumerateObject().Aggregate(settings, (s, item) => set(s, item.Name, item.Value.GetBoolean())) : null,
            Literal) { HasKeys = true };

    static JsonObject WholeNumberSchema(int least, int most) => new() { ["type"] = "integer", ["minimum"] = least, ["maximum"] = most };

    static JsonObject NumberSchema(double least, double most) => new() { ["type"] = "number", ["minimum"] = least, ["maximum"] = most };

    static JsonObject OrAuto(JsonObject schema) => new() { ["anyOf"] = new JsonArray(schema, new JsonObject { ["const"] = "auto" }) };

    static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode?)text)]);

    static bool IsAuto(JsonElement value) => value.ValueKind == JsonValueKind.String && value.ValueEquals("auto");

    static int? WholeNumber(JsonElement value, int least, int most) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most ? number : null;

    static double? Number(JsonElement value, double least, double most) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= least && number <= most ? number : null;

    // "8" is a number and "true" a flag; what is no JSON stays a text, which the error message then shows.
    static JsonElement Literal(string text)
    {
        try
        {
            return Json(text);
        }
        catch (JsonException)
        {
            return JsonText(text);
        }
    }

    static JsonElement JsonText(string text) => Json(Quoted(text));

    static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text)}\"";

    static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    static string UpperSnakeCase(string camelCase)
    {
        var name = new StringBuilder();
        foreach (var c in camelCase)
        {
            if (char.IsAsciiLetterUpper(c)) name.Append('_');
            name.Append(char.ToUpperInvariant(c));
        }
        return name.ToString();
    }
}
