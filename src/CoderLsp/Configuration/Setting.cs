using System.Text;
using System.Text.Json;

namespace CoderLsp.Configuration;

/// <summary>One setting: its name, what is allowed, and where the value goes.</summary>
/// <param name="Name">As in the configuration file, with dots between levels: <c>inline.maxTokens</c>.</param>
/// <param name="Allowed">For error messages: "a whole number from 1 to 512".</param>
/// <param name="Apply">The settings with this value, or null if the value is not allowed.</param>
/// <param name="FromText">Makes a JSON value of an environment variable or an option.</param>
/// <param name="HasKeys">Whether it is an object whose keys the user chooses: <c>inline.languages.csharp</c>.</param>
sealed record Setting(
    string Name,
    string Allowed,
    Func<CoderLspSettings, JsonElement, CoderLspSettings?> Apply,
    Func<string, JsonElement> FromText,
    bool HasKeys = false)
{
    /// <summary><c>CODERLSP_INLINE__MAX_TOKENS</c>: upper case, <c>_</c> between words, <c>__</c> between levels.</summary>
    public string EnvironmentName { get; } = "CODERLSP_" + string.Join("__", Name.Split('.').Select(UpperSnakeCase));

    public static Setting Text(string name, string allowed, Func<CoderLspSettings, string, CoderLspSettings> set) => new(name, allowed,
        (settings, value) => value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? set(settings, text) : null,
        JsonText);

    public static Setting Flag(string name, Func<CoderLspSettings, bool, CoderLspSettings> set) => new(name, "true or false",
        (settings, value) => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? set(settings, value.GetBoolean()) : null,
        Literal);

    public static Setting WholeNumber(string name, int least, int most, Func<CoderLspSettings, int, CoderLspSettings> set) =>
        new(name, $"a whole number from {least} to {most}",
            (settings, value) => WholeNumber(value, least, most) is { } number ? set(settings, number) : null, Literal);

    /// <summary>A whole number, or "auto" for what the program chooses.</summary>
    public static Setting WholeNumberOrAuto(string name, int least, int most, Func<CoderLspSettings, int?, CoderLspSettings> set) =>
        new(name, $"a whole number from {least} to {most}, or \"auto\"", (settings, value) =>
            value.ValueKind == JsonValueKind.String && value.ValueEquals("auto") ? set(settings, null)
            : WholeNumber(value, least, most) is { } number ? set(settings, number) : null, Literal);

    public static Setting Number(string name, double least, double most, Func<CoderLspSettings, double, CoderLspSettings> set) =>
        new(name, $"a number from {least} to {most}",
            (settings, value) => value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= least && number <= most
                ? set(settings, number) : null, Literal);

    /// <summary>A number from 0 to 1, or "auto" for what the program chooses.</summary>
    public static Setting FractionOrAuto(string name, Func<CoderLspSettings, double?, CoderLspSettings> set) => new(name, "a number from 0 to 1, or \"auto\"",
        (settings, value) => value.ValueKind == JsonValueKind.String && value.ValueEquals("auto") ? set(settings, null)
            : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number is >= 0 and <= 1
            ? set(settings, number) : null, Literal);

    public static Setting OneOf<T>(string name, (string Text, T Value)[] choices, Func<CoderLspSettings, T, CoderLspSettings> set) =>
        new(name, "one of " + string.Join(", ", choices.Select(choice => $"\"{choice.Text}\"")), (settings, value) =>
        {
            if (value.ValueKind != JsonValueKind.String) return null;
            var index = Array.FindIndex(choices, choice => value.ValueEquals(choice.Text));
            return index < 0 ? null : set(settings, choices[index].Value);
        }, JsonText);

    /// <summary>A list of texts; in the environment with the platform's path separator between them.</summary>
    public static Setting TextList(string name, string allowed, Func<CoderLspSettings, IReadOnlyList<string>, CoderLspSettings> set) =>
        new(name, allowed,
            (settings, value) => value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
                ? set(settings, [.. value.EnumerateArray().Select(item => item.GetString()!)]) : null,
            text => Json($"[{string.Join(',', text.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(Quoted))}]"));

    /// <summary>An object of the user's keys with true or false each. Keys of an earlier layer stay unless they are given again.</summary>
    public static Setting Flags(string name, string allowed, Func<CoderLspSettings, string, bool, CoderLspSettings> set) =>
        new(name, allowed, (settings, value) =>
            value.ValueKind == JsonValueKind.Object
                && value.EnumerateObject().All(item => item.Value.ValueKind is JsonValueKind.True or JsonValueKind.False)
                ? value.EnumerateObject().Aggregate(settings, (s, item) => set(s, item.Name, item.Value.GetBoolean())) : null,
            Literal, HasKeys: true);

    static int? WholeNumber(JsonElement value, int least, int most) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most ? number : null;

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
