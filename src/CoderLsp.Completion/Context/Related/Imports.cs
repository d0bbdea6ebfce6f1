using System.Text.RegularExpressions;
using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Context.Related;

/// <param name="Names">What the line of the import brings into the document.</param>
sealed record Import(string Path, HashSet<string> Names, string Reason);

/// <summary>The workspace's files that a document's imports name. What lies in packages of others is none of them.</summary>
static partial class Imports
{
    const int MostLines = 1_000;
    const int LongestLine = 500;
    const int MostImports = 50;

    public static IEnumerable<Import> Of(TextSnapshot snapshot, string self, WorkspaceFiles files, CancellationToken cancellation)
    {
        if (ImportLine(snapshot.LanguageId) is not { } pattern) yield break;
        var paths = new ImportPaths(self, files, cancellation);
        var found = 0;
        for (var i = 0; i < Math.Min(snapshot.LineCount, MostLines) && found < MostImports; i++)
        {
            var line = snapshot.Line(i);
            if (line.Length > LongestLine || pattern.Match(line.ToString()) is not { Success: true } match) continue;
            found++;
            var names = Identifiers.In(line);
            foreach (var path in paths.Find(snapshot.LanguageId, match.Groups["what"].Value, match.Groups["names"].Value))
                yield return new(path, names, $"imported in line {i + 1}");
        }
    }

    static Regex? ImportLine(string languageId) => languageId switch
    {
        "typescript" or "typescriptreact" or "javascript" or "javascriptreact" => Script(),
        "python" => Python(),
        "c" or "cpp" => Include(),
        "rust" => Rust(),
        "go" => Go(),
        "java" or "kotlin" => Java(),
        "php" => Php(),
        "ruby" => Ruby(),
        _ => null,
    };

    // The end of an import over several lines is enough: it is where the file is named.
    [GeneratedRegex("""(?:\bfrom|^\s*import|\brequire\s*\(|\bimport\s*\()\s*["'](?<what>\.[^"']*)["']""")]
    private static partial Regex Script();

    [GeneratedRegex(@"^\s*(?:from\s+(?<what>\.*[\w.]*)\s+import\s+\(?(?<names>[\w\s,]*)|import\s+(?<what>[\w.]+))")]
    private static partial Regex Python();

    [GeneratedRegex("""^\s*#\s*include\s*["](?<what>[^"]+)["]""")]
    private static partial Regex Include();

    [GeneratedRegex(@"^\s*(?:pub(?:\([^)]*\))?\s+)?(?:use\s+(?<what>(?:crate|super|self)(?:::\w+)+)|(?<what>mod\s+\w+)\s*;)")]
    private static partial Regex Rust();

    [GeneratedRegex("""^\s*(?:import\s+)?(?:[\w.]+\s+)?"(?<what>[\w./~-]+)"\s*$""")]
    private static partial Regex Go();

    [GeneratedRegex(@"^\s*import\s+(?:static\s+)?(?<what>[\w.]+)")]
    private static partial Regex Java();

    [GeneratedRegex(@"^\s*use\s+(?<what>\w+(?:\\\w+)+)")]
    private static partial Regex Php();

    [GeneratedRegex("""^\s*require_relative\s+["'](?<what>[^"']+)["']""")]
    private static partial Regex Ruby();
}
