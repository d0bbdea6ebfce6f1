using System.CommandLine;
using System.Text.Json.Nodes;
using CoderLsp.Bench;
using CoderLsp.TestSupport;
using CoderLsp.TypingBench;

// Started by bench/typing, which publishes the server and makes the synthetic model.
var executable = new Option<string?>("--server") { Description = "The coderlsp executable; default: the one built from this repository." };
var model = new Option<string>("--model") { Description = "Name or path of the model.", DefaultValueFactory = _ => "seedling" };
var traces = new Option<string?>("--traces") { Description = "Edits, a JSON object a line; default: typing/traces.jsonl of the shared test data." };
var files = new Option<int>("--files") { Description = "How many files are edited.", DefaultValueFactory = _ => 20 };
var keys = new Option<int>("--keys") { Description = "Keystrokes in each, at most.", DefaultValueFactory = _ => 150 };
var seed = new Option<int>("--seed") { Description = "Which files, when to undo, how fast to type.", DefaultValueFactory = _ => 1 };
var human = new Option<bool>("--human") { Description = "Keys come as from a human (log-normal, median 150 ms), whether the suggestion is there or not." };
var tokens = new Option<int?>("--tokens") { Description = "Length of each suggestion, for weights that mean nothing; none is taken then." };
var context = new Option<int>("--context") { Description = "Tokens of a prompt, at most.", DefaultValueFactory = _ => 1024 };
var lead = new Option<int>("--lead") { Description = "Only files with so many characters before the first edit." };
var workspace = new Option<bool>("--workspace") { Description = "Each file is edited in its repository, where fim/repos of the shared test data has that; others are left out." };
var alone = new Option<bool>("--without-context") { Description = "Suggestions know nothing but the window around the cursor." };
var cancel = new Option<bool>("--cancel") { Description = "In place of typing: cancel the first request in each file, and see how soon the work ends." };
var peer = new Option<string?>("--peer") { Description = "llama-server's executable: the same keystrokes, file by file in turn; needs --tokens." };
var peerOptions = new Option<string>("--peer-options") { Description = "Options for it.", DefaultValueFactory = _ => "-fa on --cache-reuse 256" };
var threads = new Option<int>("--threads") { Description = "Compute threads of all.", DefaultValueFactory = _ => Environment.ProcessorCount };
var machine = new Option<string>("--machine") { Description = "What this machine is.", DefaultValueFactory = _ => Surroundings.Describe() };
var command = new Option<string>("--command") { Description = "What was typed, for the report.", DefaultValueFactory = _ => "" };
var chart = new Option<string?>("--chart") { Description = "In place of typing: draw the picture of earlier results (JSON) again, beside them." };
var output = new Option<string>("--output") { Description = "Where the results go, without extension.", DefaultValueFactory = _ => Path.Combine("artifacts", "bench", "typing") };

var root = new RootCommand("Replays real edits as keystrokes and measures what comes of each.")
{
    executable, model, traces, files, keys, seed, human, tokens, context, lead, workspace, alone, cancel, peer, peerOptions, threads, machine, command, chart, output,
};
root.Validators.Add(result =>
{
    if (result.GetValue(peer) is not null && result.GetValue(tokens) is null) result.AddError("--peer needs --tokens.");
});
root.SetAction(async (parse, cancellation) =>
{
    if (parse.GetValue(chart) is { } earlier)
    {
        var picture = new Chart(JsonNode.Parse(await File.ReadAllTextAsync(earlier, cancellation))!).Draw();
        await File.WriteAllTextAsync(Path.ChangeExtension(earlier, ".svg"), picture, cancellation);
        return 0;
    }

    if (!OperatingSystem.IsLinux())
    {
        Console.Error.WriteLine("This reads /proc, which only Linux has.");
        return 2;
    }

    var name = parse.GetValue(model)!;
    var length = parse.GetValue(tokens);
    var settings = new JsonObject { ["model"] = name, ["threads"] = parse.GetValue(threads), ["logLevel"] = "error" };
    if (length is { } fixedLength)
    {
        // The same work on both sides: everything is shown, and no prompt is fitted to the machine's speed. A prompt's windows move by half, so
        // that it fills some two thirds of its room: the peer's prompt fills its own.
        settings["inline"] = new JsonObject { ["maxTokens"] = fixedLength, ["minConfidence"] = 0, ["latencyTargetMs"] = 60_000, ["debounceMs"] = 0 };
        settings["contextTokens"] = parse.GetValue(context) * 3 / 2;
    }
    if (parse.GetValue(cancel)) settings["background"] = new JsonObject { ["enabled"] = false }; // it would go on with the same prompt

    if (parse.GetValue(alone)) settings["context"] = new JsonObject { ["suggestions"] = false };

    using var workspaces = parse.GetValue(workspace) ? new Workspaces(TestData.Shared("fim", "repos")) : null;
    var servers = new List<ICompletionServer>();
    try
    {
        var ours = await CoderLspServer.StartAsync(
            parse.GetValue(executable) ?? LspClient.BuiltServer(), settings, length, countsTokens: !parse.GetValue(human), workspaces, cancellation);
        servers.Add(ours);
        var all = Trace.Read(parse.GetValue(traces) ?? TestData.Shared("typing", "traces.jsonl"))
            .Where(trace => trace.Lead >= parse.GetValue(lead) && workspaces?.Has(trace) != false).ToArray();
        new Random(parse.GetValue(seed)).Shuffle(all);
        var chosen = all.Take(parse.GetValue(files)).ToList();
        if (workspaces is not null) chosen = [.. chosen.OrderBy(trace => trace.Repository)];
        if (parse.GetValue(cancel))
        {
            await Cancelling.MeasureAsync(ours, chosen, parse.GetValue(seed), cancellation);
            return 0;
        }

        if (parse.GetValue(peer) is { Length: > 0 } program)
            servers.Add(await LlamaServer.StartAsync(program, Path.GetFullPath(name), parse.GetValue(peerOptions)!.Split(' ', StringSplitOptions.RemoveEmptyEntries),
                parse.GetValue(threads), parse.GetValue(context), length!.Value, cancellation));
        var replays = servers.Select(server =>
            new Replay(server, parse.GetValue(keys), parse.GetValue(seed), accepts: length is null, parse.GetValue(human))).ToList();
        var (clock, allBefore, ownBefore) = (TimeProvider.System.GetTimestamp(), ProcessorTime.OfAll(), Own());
        foreach (var trace in chosen)
            foreach (var replay in replays)
            {
                await replay.TypeAsync(trace, cancellation);
                Console.Error.WriteLine($"{replay.Recording.Server}: {trace.Repository}/{trace.Path}: {replay.Recording.Keystrokes.Count} keystrokes so far");
            }

        var surroundings = new Surroundings(parse.GetValue(machine)!, $"{DateTime.UtcNow:yyyy-MM-dd}", parse.GetValue(command)!);
        var recordings = replays.Select(replay => replay.Recording).ToList();
        var report = new Report(surroundings, Path.GetFileNameWithoutExtension(name), recordings);
        report.Print();
        var others = (ProcessorTime.OfAll() - allBefore - (Own() - ownBefore)) / TimeProvider.System.GetElapsedTime(clock);
        Console.WriteLine($"Other processes used {others:F2} of {Environment.ProcessorCount} cores meanwhile.");
        var results = parse.GetValue(output)!;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(results))!);
        var json = report.Json();
        await File.WriteAllTextAsync($"{results}.json", json.ToJsonString(Report.Readable), cancellation);
        if (recordings.Count > 1) await File.WriteAllTextAsync($"{results}.svg", new Chart(json).Draw(), cancellation);
        return 0;

        // What this benchmark and its servers took: the rest is others' work, with which times are worth less.
        TimeSpan Own() => ProcessorTime.Of(Environment.ProcessId) + servers.Aggregate(TimeSpan.Zero, (sum, server) => sum + ProcessorTime.Of(server.ProcessId));
    }
    finally
    {
        foreach (var server in servers) await server.DisposeAsync();
    }
});
return await root.Parse(args).InvokeAsync();
