using System.Text.Json;
using System.Text.Json.Nodes;

namespace CoderLsp.TestSupport;

/// <summary>Random values of the LSP's types: right in shape, and whatever else in meaning.</summary>
sealed class RandomMessages(MetaModel model, Random random)
{
    const int DeepestOptional = 5;

    static readonly string[] Uris =
    [
        "file:///project/a.py", "file:///project/b.cs", "file:///c%3A/Users/me/a.ts", "file:///C:/b.ts", "untitled:Untitled-1", "git:/x.py?ref",
        "vscode-notebook-cell:/n.ipynb#W0", "jdtls://contents/java.base/String.class", "inmemory://model/1", "file://server/share/%F0%9F%98%80.rs",
    ];

    static readonly string[] Texts = ["", "a", "x = 1\n", "def f(:\r\n\t", "😀é\u0301", "\u0000\u001f\u2028", "{\"json\": [", "../../etc", "\\u", new('y', 300)];

    /// <summary>The documents that the values speak of.</summary>
    public IReadOnlyList<string> DocumentUris { get; init; } = Uris;

    /// <summary>Numbers above it are rare, so that positions often exist.</summary>
    public int UsualNumbers { get; init; } = 4;

    /// <summary>Params for a message of the model; null when it has none.</summary>
    public JsonNode? Params(string method)
    {
        if (!model.Requests.TryGetValue(method, out var message)) message = model.Notifications[method];
        return message.TryGetProperty("params", out var type) ? Value(type, 0) : null;
    }

    JsonNode? Value(JsonElement type, int depth)
    {
        switch (MetaModel.KindOf(type))
        {
            case "base": return OfBase(type.GetProperty("name").GetString()!);
            case "reference": return OfName(type.GetProperty("name").GetString()!, depth);
            case "array": return new JsonArray([.. Several(depth, () => Value(type.GetProperty("element"), depth + 1))]);
            case "tuple": return new JsonArray([.. type.GetProperty("items").EnumerateArray().Select(item => Value(item, depth + 1))]);
            case "map": return MapOf(type, depth);
            case "or": return Value(Pick([.. type.GetProperty("items").EnumerateArray()]), depth);
            case "and" or "literal": return ObjectOf(type, depth);
            default: return JsonNode.Parse(type.GetProperty("value").GetRawText());
        }
    }

    JsonNode? OfBase(string name) => name switch
    {
        "DocumentUri" or "URI" => Pick(DocumentUris),
        "boolean" => random.Next(2) == 0,
        "null" => null,
        "decimal" => random.NextDouble() * 1000,
        "integer" => random.Next(8) == 0 ? Pick([int.MinValue, int.MaxValue, -1]) : random.Next(-1, UsualNumbers + 1),
        "uinteger" => random.Next(8) == 0 ? Pick([int.MaxValue, 100_000]) : random.Next(UsualNumbers + 1),
        _ => Pick(Texts),
    };

    JsonNode? OfName(string name, int depth)
    {
        if (name == "LSPAny") return Any(depth);
        if (name == "LSPObject") return new JsonObject { ["a"] = Any(depth) };
        if (name == "LSPArray") return new JsonArray(Any(depth));
        if (model.Structure(name) is { } structure) return ObjectOf(structure, depth);
        if (model.Alias(name) is { } alias) return Value(alias.GetProperty("type"), depth);
        var enumeration = model.Enumeration(name)!.Value;
        var isOpen = enumeration.TryGetProperty("supportsCustomValues", out var custom) && custom.GetBoolean();
        return isOpen && random.Next(4) == 0
            ? Value(enumeration.GetProperty("type"), depth)
            : JsonNode.Parse(Pick([.. enumeration.GetProperty("values").EnumerateArray()]).GetProperty("value").GetRawText());
    }

    JsonObject ObjectOf(JsonElement type, int depth)
    {
        var result = new JsonObject();
        foreach (var (name, property) in model.PropertiesOf(type))
            if (!MetaModel.IsOptional(property) || (depth < DeepestOptional && random.Next(2) == 0))
                result[name] = Value(property.GetProperty("type"), depth + 1);
        return result;
    }

    JsonObject MapOf(JsonElement type, int depth)
    {
        var result = new JsonObject();
        foreach (var key in Several(depth, () => Value(type.GetProperty("key"), depth + 1))) result[key!.ToString()] = Value(type.GetProperty("value"), depth + 1);
        return result;
    }

    JsonNode? Any(int depth) => random.Next(depth < DeepestOptional ? 6 : 4) switch
    {
        0 => null,
        1 => random.Next(),
        2 => Pick(Texts),
        3 => true,
        4 => new JsonArray([.. Several(depth, () => Any(depth + 1))]),
        _ => new JsonObject { [Pick(["uri", "id", "coderlsp", "x"])] = Any(depth + 1) },
    };

    IEnumerable<JsonNode?> Several(int depth, Func<JsonNode?> make)
    {
        for (var left = depth < DeepestOptional ? random.Next(4) : 0; left > 0; left--) yield return make();
    }

    T Pick<T>(IReadOnlyList<T> options) => options[random.Next(options.Count)];
}
