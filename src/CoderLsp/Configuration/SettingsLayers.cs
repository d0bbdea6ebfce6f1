using System.Collections;
using System.Text.Json;

namespace CoderLsp.Configuration;

/// <summary>An option of the command line that stands for a setting.</summary>
readonly record struct SettingOverride(string Option, string Setting, string Value);

/// <summary>Settings as read, and what was wrong with them; a value that is not allowed leaves the earlier one in force.</summary>
/// <param name="Errors">Values that are not allowed.</param>
/// <param name="Warnings">Settings that do not exist.</param>
/// <param name="Origins">Where the values in force came from, by the setting's name (with the key, of settings that have keys); none for a default.</param>
sealed record SettingsResult(
    CoderLspSettings Settings, IReadOnlyList<SettingError> Errors, IReadOnlyList<SettingWarning> Warnings,
    IReadOnlyDictionary<string, SettingOrigin> Origins);

enum SettingSource
{
    File,
    Environment,
    Editor,
    Option,
}

/// <summary>Where a value came from.</summary>
/// <param name="Name">The file, the variable or the option.</param>
sealed record SettingOrigin(SettingSource Source, string Name)
{
    /// <summary>How messages name the value of <paramref name="setting"/> that stands there.</summary>
    public string Place(string setting) => Source switch
    {
        SettingSource.Environment => $"The environment variable {Name}",
        SettingSource.Option => Name,
        _ => $"{setting} in {Name}",
    };
}

/// <param name="FromOption">Whether the command line is at fault.</param>
readonly record struct SettingError(string Message, bool FromOption);

/// <param name="IsNearMiss">Whether a setting is named almost like it, and was probably meant.</param>
readonly record struct SettingWarning(string Message, bool IsNearMiss);

/// <summary>
/// The places that settings come from, later wins: defaults, the user's file, the environment, the editor, options.
/// Our own and not Microsoft.Extensions.Configuration, whose binder knows neither where a value came from nor that a name does
/// not exist, and turns every value into text. It would also cost 10 ms of CPU at each start (67 against 57, median of 15,
/// ReadyToRun, one file and the environment).
/// </summary>
sealed class SettingsLayers
{
    readonly string _fileName;
    readonly JsonElement? _file;
    readonly IReadOnlyList<KeyValuePair<string, string>> _environment;
    readonly IReadOnlyList<SettingOverride> _options;

    SettingsLayers(string fileName, JsonElement? file, IReadOnlyList<KeyValuePair<string, string>> environment, IReadOnlyList<SettingOverride> options)
    {
        _fileName = fileName;
        _file = file;
        _environment = environment;
        _options = options;
    }

    /// <param name="configurationFile">A file that must exist; null: the user's own, which need not.</param>
    /// <param name="variables">As <see cref="Environment.GetEnvironmentVariables()"/> gives them.</param>
    /// <exception cref="UserException">The file is missing, cannot be read or is no JSON object.</exception>
    public static SettingsLayers Load(string? configurationFile, IDictionary variables, IReadOnlyList<SettingOverride> options)
    {
        var file = configurationFile ?? UserFolders.ConfigurationFile;
        return new(file, ReadFile(file, mustExist: configurationFile is not null), OurVariables(variables), options);
    }

    /// <summary>The same without the file, for what has to go on when it cannot be read.</summary>
    public static SettingsLayers WithoutFile(IDictionary variables, IReadOnlyList<SettingOverride> options) =>
        new("", null, OurVariables(variables), options);

    static List<KeyValuePair<string, string>> OurVariables(IDictionary variables) =>
    [
        .. variables.Cast<DictionaryEntry>()
            .Select(entry => KeyValuePair.Create((string)entry.Key, (string?)entry.Value ?? ""))
            .Where(entry => entry.Key.StartsWith("CODERLSP_", StringComparison.Ordinal) && entry.Value.Length > 0)
            .OrderBy(entry => entry.Key, StringComparer.Ordinal),
    ];

    /// <summary>The settings of all layers together.</summary>
    /// <param name="editor">What the editor sent, later wins; what is no object is passed over.</param>
    public SettingsResult Read(params IReadOnlyList<JsonElement> editor)
    {
        var merge = new Merge();
        if (_file is { } fromFile) merge.Object(fromFile, "", new(SettingSource.File, _fileName));
        foreach (var (name, value) in _environment) merge.Variable(name, value);
        foreach (var fromEditor in editor)
            if (fromEditor.ValueKind == JsonValueKind.Object) merge.Object(fromEditor, "", new(SettingSource.Editor, "the editor's settings"));
        foreach (var option in _options)
        {
            var setting = SettingTable.All.Single(s => s.Name == option.Setting);
            merge.Value(setting, setting.FromText(option.Value), new(SettingSource.Option, option.Option));
        }
        return new(merge.Settings, merge.Errors, merge.Warnings, merge.Origins);
    }

    static JsonElement? ReadFile(string path, bool mustExist)
    {
        if (mustExist && Directory.Exists(path)) throw new UserException($"The configuration file {path} is a folder. Name a JSON file in it.");
        if (!File.Exists(path))
            return mustExist ? throw new UserException($"The configuration file {path} does not exist.") : null;
        try
        {
            using var stream = File.OpenRead(path);
            using var document = JsonDocument.Parse(stream, new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone()
                : throw new UserException($"The configuration file {path} must hold one JSON object, like {{ \"model\": \"seedling\" }}.");
        }
        catch (JsonException e)
        {
            throw new UserException($"The configuration file {path} is not valid JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}.");
        }
    }

    /// <summary>A value as error messages show it.</summary>
    public static string Shown(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => $"the text {Short(value.GetRawText())}",
        JsonValueKind.Number => $"the number {Short(value.GetRawText())}",
        _ => value.GetRawText(),
    };

    static string Short(string text) => text.Length <= 60 ? text : text[..57] + "...";

    sealed class Merge
    {
        public CoderLspSettings Settings { get; private set; } = new();

        public List<SettingError> Errors { get; } = [];

        public List<SettingWarning> Warnings { get; } = [];

        public Dictionary<string, SettingOrigin> Origins { get; } = [];

        public void Object(JsonElement values, string level, SettingOrigin origin)
        {
            foreach (var item in values.EnumerateObject())
            {
                var name = level + item.Name;
                // Editors send null for what the user left alone, and look for the schema of a file in the file itself.
                if (item.Value.ValueKind == JsonValueKind.Null || name == "$schema") continue;
                if (SettingTable.All.FirstOrDefault(setting => setting.Name == name) is { } known)
                    if (known.HasKeys && item.Value.ValueKind == JsonValueKind.Object) Keys(known, item.Value, origin);
                    else Value(known, item.Value, origin);
                else if (!SettingTable.All.Any(setting => setting.Name.StartsWith(name + ".", StringComparison.Ordinal)))
                    Unknown($"{origin.Name}: there is no setting '{name}'.", name, SettingTable.All.Select(s => s.Name));
                else if (item.Value.ValueKind == JsonValueKind.Object)
                    Object(item.Value, name + ".", origin);
                else
                    Errors.Add(new($"{origin.Place(name)} is {Shown(item.Value)}; it must be an object with settings.", false));
            }
        }

        public void Variable(string name, string text)
        {
            var origin = new SettingOrigin(SettingSource.Environment, name);
            if (SettingTable.All.FirstOrDefault(setting => setting.EnvironmentName == name) is { } known)
                if (known.FromText(text) is { ValueKind: JsonValueKind.Object } keys && known.HasKeys) Keys(known, keys, origin);
                else Value(known, known.FromText(text), origin);
            else if (SettingTable.All.FirstOrDefault(s => s.HasKeys && name.StartsWith(s.EnvironmentName + "__", StringComparison.Ordinal)) is { } map)
                Key(map, name[(map.EnvironmentName.Length + 2)..].ToLowerInvariant(), map.FromText(text), origin);
            else if (!SettingTable.OtherVariables.Contains(name))
                Unknown($"The environment variable {name} is no setting.", name, SettingTable.All.Select(s => s.EnvironmentName));
        }

        public void Value(Setting setting, JsonElement value, SettingOrigin origin) =>
            Take(setting.Name, setting.Apply(Settings, value), value, setting.Allowed, origin);

        void Unknown(string problem, string name, IEnumerable<string> known)
        {
            var hint = ClosestName.Hint(name, known);
            Warnings.Add(new(problem + hint, IsNearMiss: hint.Length > 0));
        }

        // Entry by entry: a wrong one is named, and the others hold.
        void Keys(Setting map, JsonElement values, SettingOrigin origin)
        {
            foreach (var item in values.EnumerateObject())
                if (item.Value.ValueKind != JsonValueKind.Null) Key(map, item.Name, item.Value, origin);
        }

        void Key(Setting map, string key, JsonElement value, SettingOrigin origin)
        {
            using var document = JsonDocument.Parse($$"""{"{{JsonEncodedText.Encode(key)}}":{{value.GetRawText()}}}""");
            Take($"{map.Name}.{key}", map.Apply(Settings, document.RootElement), value, "true or false", origin);
        }

        void Take(string name, CoderLspSettings? settings, JsonElement value, string allowed, SettingOrigin origin)
        {
            if (settings is null)
            {
                Errors.Add(new($"{origin.Place(name)} is {Shown(value)}; it must be {allowed}.", origin.Source == SettingSource.Option));
                return;
            }

            Settings = settings;
            Origins[name] = origin;
        }
    }
}
