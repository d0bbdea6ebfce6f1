using System.Diagnostics;
using System.Text.Json.Nodes;
using CoderLsp.Bench;

namespace CoderLsp.FimBench;

/// <summary>A place in real code where the rest of a line was cut out.</summary>
/// <param name="Cursor">The kind of place: <c>indent</c>, <c>after-token</c>, <c>mid-word</c>.</param>
sealed record Hole(string Path, string Language, string Cursor, string Prefix, string Suffix, string Middle)
{
    public static IEnumerable<Hole> Read(string file) => File.ReadLines(file).Where(line => line.Length > 0).Select(line =>
    {
        var hole = JsonNode.Parse(line)!;
        return new Hole(Text("path"), Text("language"), Text("cursor"), Text("prefix"), Text("suffix"), Text("middle"));

        string Text(string name) => (string?)hole[name] ?? throw new InvalidDataException($"A hole of {file} has no '{name}'.");
    });

    /// <summary>Opens the document, asks for a suggestion as a user who presses the key for it, and closes the document.</summary>
    public async Task<Result> AskAsync(LspClient client, CancellationToken cancellation)
    {
        var uri = $"file:///{Uri.EscapeDataString(Path)}";
        await client.NotifyAsync("textDocument/didOpen", new JsonObject
        {
            ["textDocument"] = new JsonObject { ["uri"] = uri, ["languageId"] = Language, ["version"] = 1, ["text"] = Prefix + Suffix },
        }, cancellation);

        var watch = Stopwatch.StartNew();
        var reply = await client.RequestAsync("textDocument/inlineCompletion", new JsonObject
        {
            ["textDocument"] = new JsonObject { ["uri"] = uri },
            ["position"] = new JsonObject { ["line"] = Prefix.Count(c => c == '\n'), ["character"] = TypedLine.Length },
            ["context"] = new JsonObject { ["triggerKind"] = 1 },
        }, cancellation);
        var time = watch.Elapsed;

        await client.NotifyAsync("textDocument/didClose", new JsonObject { ["textDocument"] = new JsonObject { ["uri"] = uri } }, cancellation);
        return new(this, Inserted(reply), time);
    }

    string TypedLine => Prefix[(Prefix.LastIndexOf('\n') + 1)..];

    /// <summary>What the first item of a reply adds behind the cursor.</summary>
    string Inserted(JsonNode? reply)
    {
        var items = reply is JsonObject ? reply["items"] as JsonArray : reply as JsonArray;
        if (items is not [{ } item, ..]) return "";
        var text = item["insertText"] is JsonObject snippet ? (string?)snippet["value"] ?? "" : (string?)item["insertText"] ?? "";
        // The range may begin before the cursor; its text up to the cursor must come again.
        var typed = item["range"]?["start"]?["character"] is { } start ? TypedLine[(int)start..] : "";
        return text.StartsWith(typed, StringComparison.Ordinal) ? text[typed.Length..] : "";
    }
}

/// <param name="Answer">What was inserted; empty for nothing.</param>
sealed record Result(Hole Hole, string Answer, TimeSpan Time)
{
    string FirstLine => Answer.Split('\n')[0].TrimEnd();

    public bool Exact => FirstLine == Hole.Middle;

    public string Describe() =>
        $"{(Exact ? "right" : "wrong")} {Hole.Language,-10} {Hole.Cursor,-11} {Time.TotalMilliseconds,5:F0} ms  " +
        $"{Hole.Prefix[(Hole.Prefix.LastIndexOf('\n') + 1)..].TrimStart()}|{Hole.Middle}| {FirstLine}";
}
