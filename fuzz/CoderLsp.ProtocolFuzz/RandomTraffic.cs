using System.Text;
using System.Text.Json.Nodes;

namespace CoderLsp.ProtocolFuzz;

/// <summary>What an editor sends, and what none should: a sequence of messages that depends on the seed only.</summary>
sealed class RandomTraffic(int seed)
{
    static readonly string[] Uris =
    [
        "file:///project/a.py", "file:///c%3A/b.cs", "untitled:Untitled-1", "git:/c.rs?HEAD", "vscode-notebook-cell:/d.ipynb#W0", "file:///e%20%F0%9F%98%80.ts",
    ];

    /// <summary>Requests that the server knows, will know, or has never heard of. A new one is added here.</summary>
    static readonly string[] Requests =
    [
        "textDocument/inlineCompletion", "textDocument/inlineCompletion", "textDocument/inlineCompletion", "textDocument/completion", "textDocument/completion",
        "textDocument/codeAction", "codeAction/resolve", "completionItem/resolve", "workspace/executeCommand", "coderlsp/explain", "coderlsp/chat", "coderlsp/state",
        "textDocument/hover", "initialize", "$/unknown", "no/such",
    ];

    static readonly string[] Notifications =
    [
        "initialized", "textDocument/didSave", "textDocument/willSave", "workspace/didChangeConfiguration", "workspace/didChangeWatchedFiles",
        "workspace/didChangeWorkspaceFolders", "window/workDoneProgress/cancel", "$/setTrace", "$/progress", "textDocument/didShowCompletion",
        "textDocument/didPartiallyAcceptCompletion", "textDocument/didFocus", "no/such",
    ];

    static readonly string[] Commands = ["coderlsp.accepted", "coderlsp.explain", "coderlsp.edit", "coderlsp.fix", "coderlsp.tests", "coderlsp.document", "no.such"];

    // Stands for half of a surrogate pair, which JSON can write and no string of JsonNode can hold.
    const string Half = "HALF";

    static readonly string[] Texts = ["x", "\n", "    return ", "def f(a, b):\n", "😀", "é\u0301", "\r\n", "", "\t{", "\"", "\u0000", Half];

    // Bodies that are no message, each with the id that the refusal must carry.
    static readonly (string Body, string ReplyId)[] Garbage =
    [
        ("", "null"), ("{", "null"), ("nonsense", "null"), ("[]", "null"), ("17", "null"), ("{}", "null"), ("\"text\"", "null"), ("null", "null"),
        ("{\"jsonrpc\":\"2.0\"}", "null"), ("{\"jsonrpc\":\"1.0\",\"id\":\"old\",\"method\":\"x\"}", "\"old\""), ("{\"jsonrpc\":\"2.0\",\"id\":\"odd\",\"method\":7}", "\"odd\""),
        ("{\"jsonrpc\":\"2.0\",\"id\":\"params\",\"method\":\"x\",\"params\":5}", "\"params\""), ("{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"x\"}", "1.5"),
        ("{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"x\"}", "null"), ("{\"jsonrpc\":\"2.0\",\"id\":\"empty\"}", "\"empty\""),
        ("{\"jsonrpc\":\"2.0\",\"id\":99999999999999999999,\"method\":\"x\"}", "99999999999999999999"), ("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"x\"", "null"),
    ];

    readonly Random _random = new(seed);
    readonly int[] _versions = new int[Uris.Length];
    long _lastId;

    public Outgoing Next() => _random.Next(100) switch
    {
        < 35 => Change(),
        < 70 => Request(),
        < 78 => Cancel(),
        < 82 => Open(),
        < 84 => Close(),
        < 90 => Notification(Pick(Notifications), Plausible()),
        < 93 => Notification(Pick(["textDocument/didOpen", "textDocument/didChange", "textDocument/didClose", "textDocument/didSave"]), Any(0)),
        < 95 => new(Encoding.UTF8.GetBytes($$"""{"jsonrpc":"2.0","id":{{_random.Next()}},"result":{{Text(Any(0))}}}"""), null),
        < 97 => new(Mutated(), "null"),
        _ => Refused(),
    };

    Outgoing Change()
    {
        var document = _random.Next(Uris.Length);
        var version = _random.Next(50) == 0 ? _random.Next(-5, 5) : ++_versions[document];
        var change = new JsonObject { ["text"] = Pick(Texts) };
        // A whole text now and then keeps the documents small, and heals those that are out of sync.
        if (_random.Next(20) == 0) change["text"] = "import os\n\n\ndef main():\n    \n";
        else change["range"] = Range();
        return Notification("textDocument/didChange", new JsonObject
        {
            ["textDocument"] = new JsonObject { ["uri"] = Uris[document], ["version"] = version },
            ["contentChanges"] = new JsonArray(change),
        });
    }

    Outgoing Open()
    {
        var document = _random.Next(Uris.Length);
        _versions[document] = 1;
        return Notification("textDocument/didOpen", new JsonObject
        {
            ["textDocument"] = new JsonObject { ["uri"] = Uris[document], ["languageId"] = "python", ["version"] = 1, ["text"] = $"def f():\n    return {Pick(Texts)}\n" },
        });
    }

    Outgoing Close() => Notification("textDocument/didClose", new JsonObject { ["textDocument"] = new JsonObject { ["uri"] = Pick(Uris) } });

    Outgoing Request()
    {
        var id = NextId();
        var parameters = _random.Next(10) == 0 ? Any(0) : Plausible();
        return new(Bytes($$"""{"jsonrpc":"2.0","id":{{id}},"method":"{{Pick(Requests)}}"{{Params(parameters)}}}"""), id);
    }

    static Outgoing Notification(string method, JsonNode? parameters) => new(Bytes($$"""{"jsonrpc":"2.0","method":"{{method}}"{{Params(parameters)}}}"""), null);

    // Of a request that may still run, of one that is long answered, or of none.
    Outgoing Cancel() => Notification("$/cancelRequest", _random.Next(10) == 0 ? Any(0) : new JsonObject { ["id"] = Math.Max(0, _lastId - _random.Next(6)) });

    Outgoing Refused()
    {
        var (body, replyId) = Pick(Garbage);
        return new(Bytes(body), replyId);
    }

    /// <summary>A message with a byte that JSON cannot have: never one that is read after all.</summary>
    byte[] Mutated()
    {
        var body = Bytes("""{"jsonrpc":"2.0","method":"textDocument/didClose","params":{"textDocument":{"uri":"file:///project/a.py"}}}""");
        return _random.Next(2) == 0 ? body[.._random.Next(body.Length)] : [.. body[.._random.Next(1, 10)], 0xff, .. body[10..]];
    }

    string NextId()
    {
        var number = ++_lastId;
        return _random.Next(10) switch
        {
            0 => $"\"{number}\"",
            1 => $"\"request {number} é😀\"",
            2 => $"{-number}",
            3 => $"{long.MaxValue - number}",
            _ => $"{number}",
        };
    }

    /// <summary>Params with everything that a message could ask for; each takes of it what it knows.</summary>
    JsonObject Plausible() => new()
    {
        ["textDocument"] = new JsonObject { ["uri"] = Pick(Uris) },
        ["position"] = Position(),
        ["range"] = Range(),
        ["context"] = new JsonObject { ["triggerKind"] = _random.Next(1, 3), ["diagnostics"] = new JsonArray() },
        ["command"] = Pick(Commands),
        ["arguments"] = new JsonArray(Action()),
        ["data"] = Action(),
        ["partialResultToken"] = "p",
        ["workDoneToken"] = 7,
        ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "why?" }),
        ["settings"] = new JsonObject { ["coderlsp"] = new JsonObject { ["inline"] = new JsonObject { ["maxTokens"] = _random.Next(1, 100) } } },
        ["value"] = "off",
        ["item"] = new JsonObject { ["insertText"] = "x" },
        ["acceptedLength"] = 1,
        ["token"] = 1,
        ["label"] = "x",
        ["title"] = "x",
        ["changes"] = new JsonArray(),
        ["event"] = new JsonObject { ["added"] = new JsonArray(), ["removed"] = new JsonArray() },
    };

    JsonObject Action() => new()
    {
        ["uri"] = Pick(Uris), ["range"] = Range(), ["version"] = _random.Next(4) == 0 ? _random.Next(50) : null, ["instruction"] = "x", ["command"] = Pick(Commands),
    };

    JsonObject Position() => new()
    {
        ["line"] = _random.Next(30) == 0 ? int.MaxValue : _random.Next(4), ["character"] = _random.Next(30) == 0 ? int.MaxValue : _random.Next(12),
    };

    JsonObject Range()
    {
        var start = Position();
        return new() { ["end"] = _random.Next(30) == 0 ? Position() : start.DeepClone(), ["start"] = start };
    }

    JsonNode? Any(int depth) => _random.Next(depth < 4 ? 8 : 5) switch
    {
        0 => null,
        1 => _random.Next(),
        2 => Pick(Texts),
        3 => -1.5e300,
        4 => false,
        5 => new JsonArray(Any(depth + 1), Any(depth + 1)),
        _ => new JsonObject
        {
            [Pick(["textDocument", "uri", "id", "x"])] = Any(depth + 1), [Pick(["position", "contentChanges", "text"])] = Any(depth + 1),
            [Pick(["version", "range", "context", "settings"])] = Any(depth + 1),
        },
    };

    // Params that are neither object nor array are refused as a message: they are among the garbage.
    static string Params(JsonNode? parameters) => parameters is JsonObject or JsonArray ? $",\"params\":{Text(parameters)}" : "";

    static string Text(JsonNode? node) => node?.ToJsonString().Replace(Half, "\\ud83d", StringComparison.Ordinal) ?? "null";

    static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    T Pick<T>(IReadOnlyList<T> options) => options[_random.Next(options.Count)];
}
