using System.Text.Json;

namespace CoderLsp.TestSupport;

/// <summary>Where a message is not as its type says, and how.</summary>
readonly record struct Mismatch(string Path, string What)
{
    public override string ToString() => $"{Path} {What}";
}

/// <summary>The LSP as data, in the form of its metaModel.json: the messages and their types. Says whether a JSON value is of a type.</summary>
sealed class MetaModel
{
    static readonly Lazy<MetaModel?> Given = new(() => Environment.GetEnvironmentVariable("LSP_METAMODEL") is { Length: > 0 } path ? Load(path) : null);

    readonly Dictionary<string, JsonElement> _structures = [];
    readonly Dictionary<string, JsonElement> _enumerations = [];
    readonly Dictionary<string, JsonElement> _aliases = [];
    readonly Dictionary<string, JsonElement> _requests = [];
    readonly Dictionary<string, JsonElement> _notifications = [];

    /// <param name="models">JSON texts; a later one adds to the earlier ones.</param>
    public MetaModel(params IEnumerable<string> models)
    {
        foreach (var model in models.Select(text => JsonDocument.Parse(text).RootElement))
        {
            Add(model, "structures", "name", _structures);
            Add(model, "enumerations", "name", _enumerations);
            Add(model, "typeAliases", "name", _aliases);
            Add(model, "requests", "method", _requests);
            Add(model, "notifications", "method", _notifications);
        }
    }

    /// <summary>The LSP's model (<c>LSP_METAMODEL</c>; tests/metamodel makes it) with the project's own messages; null where the variable is not set.</summary>
    public static MetaModel? IfGiven => Given.Value;

    /// <summary>The same for tests that cannot do without.</summary>
    public static MetaModel Required => IfGiven
        ?? throw new InvalidOperationException("LSP_METAMODEL must be the path of metaModel.json; .ci/install says how it is made.");

    public IReadOnlyDictionary<string, JsonElement> Requests => _requests;

    public IReadOnlyDictionary<string, JsonElement> Notifications => _notifications;

    /// <summary>What is wrong with the params of a request or notification; empty: nothing.</summary>
    /// <param name="parameters">Undefined when the message has none.</param>
    public IReadOnlyList<Mismatch> CheckParams(string method, JsonElement parameters)
    {
        if (!_requests.TryGetValue(method, out var message) && !_notifications.TryGetValue(method, out message))
            return [new(method, "is no message of the LSP, nor one of tests/metamodel/own-messages.json")];
        if (message.TryGetProperty("params", out var type)) return Check(type, parameters, $"{method}: params");
        return parameters.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? [] : [new(method, "has no params")];
    }

    public IReadOnlyList<Mismatch> CheckResult(string method, JsonElement result) =>
        _requests.TryGetValue(method, out var request) ? Check(request.GetProperty("result"), result, $"{method}: result") : [new(method, "is no request")];

    /// <summary>What is wrong with a value that should be of a named type.</summary>
    public IReadOnlyList<Mismatch> Check(string typeName, JsonElement value) => CheckNamed(typeName, value, typeName);

    public IReadOnlyList<Mismatch> Check(JsonElement type, JsonElement value, string path)
    {
        if (value.ValueKind == JsonValueKind.Undefined) return [new(path, "is missing")];
        return KindOf(type) switch
        {
            "base" => CheckBase(type.GetProperty("name").GetString()!, value, path),
            "reference" => CheckNamed(type.GetProperty("name").GetString()!, value, path),
            "array" => value.ValueKind == JsonValueKind.Array
                ? [.. value.EnumerateArray().SelectMany((item, i) => Check(type.GetProperty("element"), item, $"{path}[{i}]"))]
                : [Wrong(path, "an array", value)],
            "tuple" => CheckTuple([.. type.GetProperty("items").EnumerateArray()], value, path),
            "map" => value.ValueKind == JsonValueKind.Object
                ? [.. value.EnumerateObject().SelectMany(entry => CheckKey(type.GetProperty("key"), entry.Name, path)
                    .Concat(Check(type.GetProperty("value"), entry.Value, $"{path}['{entry.Name}']")))]
                : [Wrong(path, "an object", value)],
            "or" => CheckAny([.. type.GetProperty("items").EnumerateArray()], value, path),
            "and" or "literal" => CheckProperties(PropertiesOf(type), value, path),
            "stringLiteral" => value.ValueKind == JsonValueKind.String && value.GetString() == type.GetProperty("value").GetString()
                ? [] : [Wrong(path, type.GetProperty("value").GetRawText(), value)],
            "integerLiteral" or "booleanLiteral" => value.GetRawText() == type.GetProperty("value").GetRawText()
                ? [] : [Wrong(path, type.GetProperty("value").GetRawText(), value)],
            var other => throw new NotSupportedException($"The model has a type of kind '{other}'."),
        };
    }

    /// <summary>The properties of a structure, a literal or an intersection, those that it inherits included.</summary>
    public IReadOnlyDictionary<string, JsonElement> PropertiesOf(JsonElement type)
    {
        var properties = new Dictionary<string, JsonElement>();
        Collect(type, properties);
        return properties;
    }

    public JsonElement? Structure(string name) => Find(_structures, name);

    public JsonElement? Enumeration(string name) => Find(_enumerations, name);

    public JsonElement? Alias(string name) => Find(_aliases, name);

    public static string KindOf(JsonElement type) => type.GetProperty("kind").GetString()!;

    public static bool IsOptional(JsonElement property) => property.TryGetProperty("optional", out var optional) && optional.GetBoolean();

    static MetaModel Load(string path) => new(File.ReadAllText(path), File.ReadAllText(TestData.InRepository("tests", "metamodel", "own-messages.json")));

    static JsonElement? Find(Dictionary<string, JsonElement> named, string name) => named.TryGetValue(name, out var found) ? found : null;

    static void Add(JsonElement model, string list, string key, Dictionary<string, JsonElement> to)
    {
        if (!model.TryGetProperty(list, out var items)) return;
        foreach (var item in items.EnumerateArray()) to[item.GetProperty(key).GetString()!] = item;
    }

    void Collect(JsonElement type, Dictionary<string, JsonElement> properties)
    {
        if (type.TryGetProperty("kind", out var kind))
        {
            if (kind.GetString() == "reference") Collect(_structures[type.GetProperty("name").GetString()!], properties);
            else if (kind.GetString() == "and")
                foreach (var item in type.GetProperty("items").EnumerateArray()) Collect(item, properties);
            else Collect(type.GetProperty("value"), properties);
            return;
        }
        foreach (var parents in (string[])["extends", "mixins"])
            if (type.TryGetProperty(parents, out var references))
                foreach (var parent in references.EnumerateArray()) Collect(parent, properties);
        foreach (var property in type.GetProperty("properties").EnumerateArray()) properties[property.GetProperty("name").GetString()!] = property;
    }

    IReadOnlyList<Mismatch> CheckNamed(string name, JsonElement value, string path)
    {
        // "any" in the type declarations that the model is made from.
        if (name is "LSPAny" or "LSPObject" or "LSPArray") return [];
        if (Structure(name) is { } structure) return CheckProperties(PropertiesOf(structure), value, path);
        if (Alias(name) is { } alias) return Check(alias.GetProperty("type"), value, path);
        if (Enumeration(name) is not { } enumeration) throw new InvalidOperationException($"The model has no type '{name}'.");
        var wrong = Check(enumeration.GetProperty("type"), value, path);
        var isOpen = enumeration.TryGetProperty("supportsCustomValues", out var custom) && custom.GetBoolean();
        var isListed = enumeration.GetProperty("values").EnumerateArray().Any(listed => JsonElement.DeepEquals(listed.GetProperty("value"), value));
        return wrong.Count > 0 || isOpen || isListed ? wrong : [Wrong(path, $"one of {name}", value)];
    }

    static IReadOnlyList<Mismatch> CheckBase(string name, JsonElement value, string path) => name switch
    {
        "string" or "RegExp" => value.ValueKind == JsonValueKind.String ? [] : [Wrong(path, "a string", value)],
        "DocumentUri" or "URI" => value.ValueKind == JsonValueKind.String && IsUri(value.GetString()!) ? [] : [Wrong(path, "a URI", value)],
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? [] : [Wrong(path, "a boolean", value)],
        "null" => value.ValueKind == JsonValueKind.Null ? [] : [Wrong(path, "null", value)],
        "decimal" => value.ValueKind == JsonValueKind.Number ? [] : [Wrong(path, "a number", value)],
        "integer" => IsInteger(value, int.MinValue) ? [] : [Wrong(path, "an integer of 32 bits", value)],
        "uinteger" => IsInteger(value, 0) ? [] : [Wrong(path, "an integer from 0 to 2^31 - 1", value)],
        _ => throw new NotSupportedException($"The model has a base type '{name}'."),
    };

    static bool IsInteger(JsonElement value, int least) => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least;

    static bool IsUri(string text) =>
        text.IndexOf(':') is > 0 and var colon && char.IsAsciiLetter(text[0]) && text.AsSpan(0, colon).IndexOfAnyExcept(SchemeCharacters) < 0;

    static readonly System.Buffers.SearchValues<char> SchemeCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");

    IReadOnlyList<Mismatch> CheckTuple(JsonElement[] items, JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() != items.Length) return [Wrong(path, $"{items.Length} values", value)];
        return [.. items.SelectMany((item, i) => Check(item, value[i], $"{path}[{i}]"))];
    }

    // A key of a map is a string whatever its type is: {"1": …} for numbers.
    static IReadOnlyList<Mismatch> CheckKey(JsonElement type, string key, string path) =>
        KindOf(type) == "base" && type.GetProperty("name").GetString() is "DocumentUri" or "URI" && !IsUri(key) ? [new(path, $"has the key '{key}', which is no URI")] : [];

    IReadOnlyList<Mismatch> CheckAny(JsonElement[] items, JsonElement value, string path)
    {
        IReadOnlyList<Mismatch>? best = null;
        foreach (var item in items)
        {
            var wrong = Check(item, value, path);
            if (wrong.Count == 0) return wrong;
            // The alternative that was meant is the one whose mistake lies deepest.
            if (best is null || Depth(wrong) > Depth(best)) best = wrong;
        }
        return best!;
    }

    static int Depth(IReadOnlyList<Mismatch> wrong) => wrong.Max(mismatch => mismatch.Path.Length);

    List<Mismatch> CheckProperties(IReadOnlyDictionary<string, JsonElement> properties, JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.Object) return [Wrong(path, "an object", value)];
        var wrong = new List<Mismatch>();
        foreach (var (name, property) in properties)
        {
            if (value.TryGetProperty(name, out var item)) wrong.AddRange(Check(property.GetProperty("type"), item, $"{path}.{name}"));
            else if (!IsOptional(property)) wrong.Add(new($"{path}.{name}", "is missing"));
        }
        wrong.AddRange(value.EnumerateObject().Where(item => !properties.ContainsKey(item.Name)).Select(item => new Mismatch($"{path}.{item.Name}", "is unknown")));
        return wrong;
    }

    static Mismatch Wrong(string path, string expected, JsonElement value) => new(path, $"is {Shortened(value.GetRawText())}, not {expected}");

    static string Shortened(string text) => text.Length <= 80 ? text : text[..80] + "…";
}
