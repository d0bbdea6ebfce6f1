using CoderLsp.Completion.Context.Files;

namespace CoderLsp.Completion.Context.Related;

/// <summary>Files that are named like the types they hold: <c>Foo</c> in <c>Foo.cs</c>.</summary>
static class TypeFiles
{
    const int MostNames = 200;

    static string? ExtensionOf(string languageId) => languageId switch
    {
        "csharp" => ".cs",
        "java" => ".java",
        "kotlin" => ".kt",
        "swift" => ".swift",
        "php" => ".php",
        _ => null,
    };

    /// <summary>For each name the nearest file; the nearest of them first.</summary>
    public static IEnumerable<(string Path, string Reason)> Of(
        string languageId, string self, HashSet<string> used, WorkspaceFiles files, CancellationToken cancellation)
    {
        if (ExtensionOf(languageId) is not { } extension) return [];
        return used.Where(name => char.IsUpper(name[0])).Order(StringComparer.Ordinal).Take(MostNames)
            .SelectMany(name => files.Named(name + extension, cancellation)
                .OrderBy(path => Paths.Distance(self, path)).ThenBy(path => path, StringComparer.Ordinal).Take(1).Select(path => (path, name)))
            .OrderBy(found => Paths.Distance(self, found.path)).ThenBy(found => found.path, StringComparer.Ordinal)
            .Select(found => (found.path, $"named like {found.name} in the selection"));
    }
}
