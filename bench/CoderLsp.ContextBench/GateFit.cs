using CoderLsp.Completion.Inline;
using CoderLsp.Inference.Generation;
using CoderLsp.TestSupport;
using CoderLsp.TypingBench;
using Spectre.Console;

namespace CoderLsp.ContextBench;

/// <summary>
/// What the weights of the gate before suggestions are worth, beside weights that are fitted to what is recalled of the project, too: real
/// edits, typed in their repositories. At every 17th keystroke a suggestion is right if its whole text is what is typed next.
/// </summary>
static class GateFit
{
    const int Every = 17;

    static readonly string[] Names = ["constant", "confidence", "line length", "length"];

    // ShowGate's.
    static readonly double[] Present = [0, 5.2, 0.4, -0.4];

    /// <param name="Features">As <see cref="Names"/> has them.</param>
    sealed record Sample(string Repository, double[] Features, bool IsRight);

    /// <param name="archive">Where a repository is, by its name; others than those that exist are left out.</param>
    public static async Task RunAsync(Engine engine, Func<string, string> archive)
    {
        var samples = new List<Sample>();
        foreach (var repository in Trace.Read(TestData.Shared("typing", "traces.jsonl")).GroupBy(trace => trace.Repository.Split('/')[1].ToLowerInvariant()))
            if (File.Exists(archive(repository.Key))) samples.AddRange(await TypeAsync(repository, archive(repository.Key), engine));

        var table = new Table().Border(TableBorder.Markdown).AddColumns(["weights", .. Names]);
        AddWeights("as they are", Present);
        AddWeights("fitted to all", Fit(samples));
        var held = new List<(double Chance, bool IsRight)>();
        foreach (var group in samples.GroupBy(sample => sample.Repository))
        {
            var weights = Fit(samples.Where(sample => sample.Repository != group.Key));
            AddWeights($"fitted to all but {group.Key}", weights);
            held.AddRange(group.Select(sample => (Logistic.Chance(weights, sample.Features), sample.IsRight)));
        }
        AnsiConsole.Write(table);
        Console.WriteLine($"{samples.Count} suggestions, {samples.Count(sample => sample.IsRight)} of them right");
        Print("with the weights as they are", [.. samples.Select(sample => (Logistic.Chance(Present, sample.Features), sample.IsRight))]);
        Print("with each repository's fitted to the others", held);

        void AddWeights(string name, double[] weights) => table.AddRow([name, .. weights.Select(weight => $"{weight:F2}")]);

        static double[] Fit(IEnumerable<Sample> samples) => Logistic.Fit([.. samples.Select(sample => (sample.Features, sample.IsRight))]);
    }

    static void Print(string title, List<(double Chance, bool IsRight)> samples)
    {
        Console.WriteLine($"{title}, {samples.Average(pair => Math.Log(pair.IsRight ? pair.Chance : 1 - pair.Chance)):F3} nats a suggestion:");
        var table = new Table().Border(TableBorder.Markdown).AddColumns("least chance", "shown", "of these right", "of the right ones shown");
        foreach (var least in (double[])[0, 0.01, 0.02, 0.03, 0.05, 0.08, 0.1, 0.15, 0.2])
        {
            var shown = samples.Where(pair => pair.Chance >= least).ToList();
            var right = shown.Count(pair => pair.IsRight);
            table.AddRow($"{least}", $"{(double)shown.Count / samples.Count:P1}", $"{(double)right / shown.Count:P1}", $"{(double)right / samples.Count(pair => pair.IsRight):P1}");
        }
        AnsiConsole.Write(table);
    }

    static async Task<List<Sample>> TypeAsync(IGrouping<string, Trace> traces, string archive, Engine engine)
    {
        var samples = new List<Sample>();
        using var editor = new Editor(archive);
        using var completer = new InlineCompleter(new Model(engine, recalls: true));
        completer.ReadProject(editor.Project, editor.Root, CancellationToken.None);
        foreach (var trace in traces)
        {
            var typist = new Typist(trace, seed: 1);
            for (var key = 1; !typist.IsDone; key++)
            {
                if (typist.Next("").Act != Act.Type || key % Every != 0) continue;
                var snapshot = editor.Open(trace.Path, trace.Language, typist.Text);
                var request = new InlineRequest(snapshot, snapshot.PositionOf(typist.Cursor), InlineTrigger.Automatic, new(MinConfidence: 0), Project: editor.Project);
                if (await completer.CompleteAsync(request, CancellationToken.None) is not { } suggestion) continue;
                var left = typist.Cursor - snapshot.LineStart(snapshot.LineAt(typist.Cursor));
                samples.Add(new(
                    traces.Key, [1, Math.Log(Math.Max(suggestion.Confidence, 1e-9)), Math.Log(1 + left), Math.Log(1 + suggestion.Text.Length)], typist.Wants(suggestion.Text)));
            }
            completer.Forget(editor.Open(trace.Path, trace.Language, typist.Text).Uri);
        }
        return samples;
    }
}
