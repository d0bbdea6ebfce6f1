using System.Diagnostics;
using System.Text;
using CoderLsp.Completion.Context;
using CoderLsp.Completion.Documents;
using Spectre.Console;

namespace CoderLsp.ContextBench;

/// <summary>What it takes to index a very large workspace: a generated tree of source files in a temporary folder.</summary>
sealed class LargeTree : IOpenDocuments, IDisposable
{
    const int FilesOfFolder = 100, LinesOfFile = 80, Names = 50_000;
    static readonly TimeSpan While = TimeSpan.FromSeconds(20);

    readonly string _folder = Directory.CreateTempSubdirectory("coderlsp-tree-").FullName;
    readonly Random _random = new(1);
    readonly string[] _names;
    readonly WorkspaceFiles _files;

    LargeTree(int count)
    {
        _names = [.. Enumerable.Range(0, Names).Select(_ => Syllables() + Syllables())];
        _files = new(this);
        var bytes = 0L;
        for (var i = 0; i < count; i++)
        {
            var folder = Path.Combine(_folder, $"part{i / FilesOfFolder / 30}", $"module{i / FilesOfFolder}");
            if (i % FilesOfFolder == 0) Directory.CreateDirectory(folder);
            var text = Code(i);
            bytes += text.Length;
            File.WriteAllText(Path.Combine(folder, $"file{i}.cs"), text);
        }
        AnsiConsole.WriteLine($"{count} files of {bytes / 1e6:F0} MB");
        _files.SetRoots([_folder]);
    }

    public static async Task MeasureAsync(int count)
    {
        using var tree = new LargeTree(count);
        // In the background, and stopped in the middle, as when a server ends.
        using (var background = new ProjectContext(tree._files, tree))
        {
            background.Begin();
            await Task.Delay(TimeSpan.FromSeconds(5)); // finds the files, and has the first second for itself
            var (files, share) = (background.Index.FileCount, await ShareAsync(While));
            AnsiConsole.WriteLine($"in the background: {(background.Index.FileCount - files) / While.TotalSeconds:F0} files/s with {share:P1} of a core");
        }
        AnsiConsole.WriteLine($"stopped: {await ShareAsync(TimeSpan.FromSeconds(2)):P1} of a core in the 2 s after that");

        var before = Memory;
        using var project = new ProjectContext(tree._files, tree);
        var (watch, cpu) = (Stopwatch.StartNew(), CpuTime);
        project.ReadAll(tree._folder, CancellationToken.None);
        AnsiConsole.WriteLine($"from the beginning, at full speed: {project.Index.FileCount} files after {watch.Elapsed.TotalSeconds:F1} s, with {(CpuTime - cpu).TotalSeconds:F1} s of work");
        AnsiConsole.WriteLine($"memory: {(Memory - before) / 1e6:F0} MB for what is known of the files");
        AnsiConsole.WriteLine($"idle: {await ShareAsync(While):P2} of a core over {While.TotalSeconds} s");
        tree.Ask(project);
    }

    /// <summary>The process's share of one core in a while.</summary>
    static async Task<double> ShareAsync(TimeSpan time)
    {
        var cpu = CpuTime;
        await Task.Delay(time);
        return (CpuTime - cpu) / time;
    }

    /// <summary>Questions at random places of random files.</summary>
    void Ask(ProjectContext project)
    {
        var times = new List<double>();
        for (var i = 0; i < 300; i++)
        {
            var text = new TextSnapshot(DocumentUri.Of(Path.Combine(_folder, "new.cs")), "csharp", 1, Code(i));
            var cursor = text.LineStart(40);
            var watch = Stopwatch.StartNew();
            _ = project.Index.Find(text, cursor, cursor, cursor, 3, 0.25);
            if (i >= 50) times.Add(watch.Elapsed.TotalMilliseconds);
        }
        times.Sort();
        AnsiConsole.WriteLine($"a question takes {times[times.Count / 2]:F2} ms (median), {times[times.Count * 95 / 100]:F2} ms (95%)");
    }

    static TimeSpan CpuTime => Process.GetCurrentProcess().TotalProcessorTime;

    static long Memory => GC.GetTotalMemory(forceFullCollection: true);

    /// <summary>A class of methods whose names are used as those of real code are: a few very often, most hardly ever.</summary>
    string Code(int number)
    {
        var text = new StringBuilder($"namespace Tree;\n\npublic sealed class {Name()}{number}\n{{\n");
        for (var line = 0; line < LinesOfFile; line += 6)
            text.Append($"    public int {Name()}(int {Name()}, string {Name()})\n    {{\n        var {Name()} = {Name()}({Name()});\n        return {Name()}.{Name()}({Name()});\n    }}\n\n");
        return text.Append("}\n").ToString();
    }

    string Name() => _names[(int)(Names * Math.Pow(_random.NextDouble(), 4))];

    string Syllables()
    {
        const string Consonants = "bcdfghklmnprstvw", Vowels = "aeiou";
        var word = new StringBuilder();
        for (var i = _random.Next(2, 4); i > 0; i--) word.Append(Consonants[_random.Next(Consonants.Length)]).Append(Vowels[_random.Next(Vowels.Length)]);
        word[0] = char.ToUpperInvariant(word[0]);
        return word.ToString();
    }

    TextSnapshot? IOpenDocuments.Find(string path) => null;

    IEnumerable<string> IOpenDocuments.Paths => [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
