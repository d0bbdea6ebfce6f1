using System.CommandLine;
using System.Text.Json.Nodes;
using CoderLsp.Bench;
using CoderLsp.FimBench;
using CoderLsp.TestSupport;

// How often the first line of an invoked suggestion, trailing white space off, is exactly what stood there: 32 tokens at most,
// asked for as an editor does, over the language server's standard input and output.
var server = new Option<string?>("--server") { Description = "the coderlsp executable; default: the one built from this repository" };
var holes = new Option<string?>("--holes") { Description = "holes, a JSON object a line; default: fim/dev.jsonl of the shared test data" };
var model = new Option<string?>("--model") { Description = "name or path of the model; default: the server's" };
var limit = new Option<int>("--limit") { Description = "how many holes", DefaultValueFactory = _ => int.MaxValue };
var json = new Option<bool>("--json") { Description = "print the figures as JSON" };
var answers = new Option<bool>("--answers") { Description = "print every hole with what was wanted and what came" };
var withoutHealing = new Option<bool>("--without-healing") { Description = "leave the word at the cursor as it is, to see what token healing is good for" };
var starts = new Option<int>("--starts") { Description = "in place of holes: start the server so often, and time its first answers" };

var root = new RootCommand("Measures exact matches of single-line suggestions over LSP.") { server, holes, model, limit, json, answers, withoutHealing, starts };
root.SetAction(async (parse, cancellation) =>
{
    var executable = parse.GetValue(server) ?? LspClient.BuiltServer();
    var settings = new JsonObject { ["inline"] = new JsonObject { ["maxTokens"] = 32, ["candidates"] = 1 } };
    if (parse.GetValue(model) is { } name) settings["model"] = name;
    if (parse.GetValue(starts) is var count and > 0)
    {
        await StartUp.MeasureAsync(executable, settings, count, cancellation);
        return 0;
    }

    var file = parse.GetValue(holes) ?? TestData.Shared("fim", "dev.jsonl");
    await using var client = parse.GetValue(withoutHealing)
        ? LspClient.Start(executable, KeyValuePair.Create("CODERLSP_BENCH_NO_HEALING", "1")) : LspClient.Start(executable);
    await client.InitializeAsync(settings, cancellation);
    var results = new List<Result>();
    foreach (var hole in Hole.Read(file).Take(parse.GetValue(limit)))
    {
        var result = await hole.AskAsync(client, cancellation);
        results.Add(result);
        if (parse.GetValue(answers)) Console.WriteLine(result.Describe());
    }
    await client.ShutDownAsync(cancellation);

    if (results.Count == 0) throw new InvalidDataException($"There are no holes in {file}.");
    if (parse.GetValue(json)) Console.WriteLine(Report.Json(results).ToJsonString());
    else Report.Print(results);
    return 0;
});
return await root.Parse(args).InvokeAsync();
