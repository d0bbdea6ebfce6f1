using System.Diagnostics;
using System.Text;
using CoderLsp.Completion.Context.Files;
using CoderLsp.Completion.Context.Ignoring;

namespace CoderLsp.Completion.Tests.Context;

/// <summary>Random trees with random ignore files: what is ignored is what <c>git check-ignore</c> says.</summary>
public sealed class IgnoreAgainstGitTests(ITestOutputHelper output) : IDisposable
{
    static readonly string[] Names = ["a", "b", "ab", "a.x", "b.x", "foo", "A", "a b", "#a", "!b", "[a]", "a-b", ".x", "aab", "x1"];

    static readonly string[] Pieces =
        ["a", "b", "*", "?", "[ab]", "[!a]", "[a-c]*", "*.x", "foo", "ab", "a*", "*b", "x[[:digit:]]", @"\#a", @"\a", "[]a]", @"\[a]", "a\\ b", "A", ".*"];

    readonly string _folder = Directory.CreateTempSubdirectory("coderlsp-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 40)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task What_is_ignored_is_what_git_ignores(int seed)
    {
        var random = new Random(seed);
        await Git("", "init", "-q");
        var entries = new List<string>();
        MakeTree(_folder, depth: 0, random, entries);
        var exclude = Path.Combine(_folder, ".git", "info");
        Directory.CreateDirectory(exclude);
        File.WriteAllText(Path.Combine(exclude, "exclude"), RandomPatterns(random));

        var relative = entries.Select(path => Paths.Relative(path, _folder)).ToList();
        var answer = await Git(string.Join('\0', relative) + '\0', "check-ignore", "--no-index", "--stdin", "-z");
        var expected = answer.Split('\0', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal);

        var ignore = new IgnoreFiles(_folder, IgnoreRules.None);
        var ignored = entries.Where(path => ignore.Ignores(path, Directory.Exists(path))).Select(path => Paths.Relative(path, _folder))
            .Order(StringComparer.Ordinal).ToList();
        output.WriteLine($"{ignored.Count} of {entries.Count} are ignored");
        ignored.ShouldBe(expected);
    }

    void MakeTree(string folder, int depth, Random random, List<string> entries)
    {
        if (random.Next(3) > 0 || depth == 0) File.WriteAllText(Path.Combine(folder, ".gitignore"), RandomPatterns(random));
        foreach (var name in random.GetItems(Names, random.Next(2, 7)).Distinct())
        {
            var path = Path.Combine(folder, name);
            entries.Add(path);
            if (depth < 3 && random.Next(2) == 0)
            {
                Directory.CreateDirectory(path);
                MakeTree(path, depth + 1, random, entries);
            }
            else
            {
                File.WriteAllText(path, "");
            }
        }
    }

    static string RandomPatterns(Random random)
    {
        var text = new StringBuilder(random.Next(10) == 0 ? "\uFEFF" : "");
        for (var lines = random.Next(1, 5); lines > 0; lines--)
        {
            if (random.Next(4) == 0) text.Append('!');
            if (random.Next(4) == 0) text.Append('/');
            // "**" only as a whole part: git before 2.53 takes it for one behind plain text too ("foo**/bar"), against its own page.
            var parts = Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(5) == 0 ? "**" : RandomPart(random));
            text.AppendJoin('/', parts);
            if (random.Next(5) == 0) text.Append('/');
            if (random.Next(8) == 0) text.Append(' ', 2);
            text.Append(random.Next(6) == 0 ? "\r\n" : "\n");
            if (random.Next(8) == 0) text.Append("# comment\n\n");
        }
        return text.ToString();
    }

    static string RandomPart(Random random) => string.Concat(random.GetItems(Pieces, random.Next(1, 3))).Replace("**", "*", StringComparison.Ordinal);

    async Task<string> Git(string input, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", ["-c", "core.excludesFile=", .. arguments])
        {
            WorkingDirectory = _folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false), StandardOutputEncoding = new UTF8Encoding(false),
        };
        using var git = Process.Start(start)!;
        await git.StandardInput.WriteAsync(input);
        git.StandardInput.Close();
        var error = git.StandardError.ReadToEndAsync();
        var answer = await git.StandardOutput.ReadToEndAsync();
        await git.WaitForExitAsync();
        git.ExitCode.ShouldBeLessThanOrEqualTo(1, await error); // 1: nothing is ignored
        return answer;
    }
}
