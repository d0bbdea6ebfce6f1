using System.CommandLine;
using System.Diagnostics;
using CoderLsp.Completion.Context;
using CoderLsp.ContextBench;
using CoderLsp.Inference.Generation;
using CoderLsp.TestSupport;
using Spectre.Console;

// What context from the project is worth: exact matches of single lines in whole repositories, with and without it. Even holes were
// looked at to choose the constants (development half), odd ones were not (test half).
var holes = new Option<string?>("--holes") { Description = "holes, a JSON object a line; default: fim/repo-holes.jsonl of the shared test data" };
var repositories = new Option<string?>("--repositories") { Description = "folder of NAME.tar.gz; default: fim/repos of the shared test data" };
var model = new Option<string?>("--model") { Description = "a GGUF file; default: the built-in model" };
var only = new Option<string[]>("--only") { Description = "configurations by name, e.g. none B R; default: all but the beams, which take minutes", AllowMultipleArgumentsPerToken = true };
var every = new Option<int>("--every") { Description = "only each so manieth hole", DefaultValueFactory = _ => 1 };
var answers = new Option<bool>("--answers") { Description = "print every hole with what was wanted and what came" };
var gate = new Option<bool>("--gate") { Description = "in place of holes: replay real edits, and fit the chance that a suggestion is what is typed next" };
var largeTree = new Option<int?>("--large-tree") { Description = "in place of holes: what it takes to index a generated tree of so many files" };

var root = new RootCommand("Measures what context from the project is worth.") { holes, repositories, model, only, every, answers, gate, largeTree };
root.SetAction(async parse =>
{
    AnsiConsole.Profile.Width = 250;
    if (parse.GetValue(largeTree) is { } count)
    {
        await LargeTree.MeasureAsync(count);
        return 0;
    }
    using var engine = Engine.Load(parse.GetValue(model) ?? TestData.InRepository("models", "seedling", "seedling-q8_0.gguf"));
    if (parse.GetValue(gate))
    {
        await GateFit.RunAsync(engine, name => Path.Combine(parse.GetValue(repositories) ?? TestData.Shared("fim", "repos"), name + ".tar.gz"));
        return 0;
    }
    var names = parse.GetValue(only) ?? [];
    var configurations = Configuration.All.Where(c => names.Length > 0 ? names.Contains(c.Name) : c.Beams == 1).ToList();
    var results = new List<Result>();
    foreach (var repository in Hole.Read(parse.GetValue(holes) ?? TestData.Shared("fim", "repo-holes.jsonl")).Where(hole => hole.Number % parse.GetValue(every) == 0).GroupBy(hole => hole.Repository))
    {
        using var editor = new Editor(Path.Combine(parse.GetValue(repositories) ?? TestData.Shared("fim", "repos"), repository.Key + ".tar.gz"));
        TimeIndex(repository.Key, editor);
        var suggesters = configurations.Select(configuration => (configuration.Name, Suggester: new Suggester(configuration, editor, engine))).ToList();
        var times = new List<double>();
        foreach (var hole in repository)
        {
            var (snapshot, cursor) = editor.Open(hole);
            foreach (var (name, suggester) in suggesters)
            {
                var result = new Result(hole, name, await suggester.AskAsync(snapshot, cursor, hole));
                results.Add(result);
                if (parse.GetValue(answers)) Console.WriteLine($"{(result.IsExact ? "right" : "wrong")} {name,-4} {hole.Kind} {hole.Path} |{hole.Middle}| {result.Answer}");
            }
            // The document is in the index by now: what is timed is the question alone, as when a cursor has come to rest.
            var watch = Stopwatch.StartNew();
            _ = editor.Project.Index.Find(snapshot, cursor, cursor, cursor, 3, 0.25);
            times.Add(watch.Elapsed.TotalMilliseconds);
        }
        foreach (var (_, suggester) in suggesters) suggester.Dispose();
        times.Sort();
        AnsiConsole.WriteLine($"{repository.Key}: a question to the index takes {times[times.Count / 2]:F2} ms (median), {times[times.Count * 95 / 100]:F2} ms (95%)");
    }
    Report.Print("all holes", results);
    Report.Print("test half", [.. results.Where(result => result.Hole.Number % 2 == 1)]);
    return 0;
});
return await root.Parse(args).InvokeAsync();

static void TimeIndex(string name, Editor editor)
{
    using var project = new ProjectContext(editor.Files, editor);
    var bytes = editor.Files.All().Sum(path => new FileInfo(path).Length);
    var watch = Stopwatch.StartNew();
    project.ReadAll(editor.Root, CancellationToken.None);
    AnsiConsole.WriteLine($"{name}: {project.Index.FileCount} files of {bytes / 1e6:F1} MB are in the index after {watch.ElapsedMilliseconds} ms");
}
