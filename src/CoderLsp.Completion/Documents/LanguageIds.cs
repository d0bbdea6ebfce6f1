namespace CoderLsp.Completion.Documents;

/// <summary>The LSP's language names.</summary>
public static class LanguageIds
{
    // Vim and Neovim send the type of the file.
    static readonly Dictionary<string, string> ByClientName = new()
    {
        ["cs"] = "csharp", ["sh"] = "shellscript", ["bash"] = "shellscript", ["zsh"] = "shellscript", ["ps1"] = "powershell", ["make"] = "makefile",
    };

    /// <summary>The LSP's name of a language that a client calls by its own.</summary>
    public static string OfClient(string id) => ByClientName.GetValueOrDefault(id, id);

    /// <summary>All names by which clients call a language, the LSP's first.</summary>
    public static IEnumerable<string> NamesOf(string id) => [id, .. from name in ByClientName where name.Value == id select name.Key];

    /// <summary>The language of a file by its name; empty when unknown.</summary>
    public static string OfFile(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".cs" or ".csx" => "csharp",
        ".ts" or ".mts" or ".cts" => "typescript",
        ".tsx" => "typescriptreact",
        ".js" or ".mjs" or ".cjs" => "javascript",
        ".jsx" => "javascriptreact",
        ".py" or ".pyi" => "python",
        ".go" => "go",
        ".rs" => "rust",
        ".java" => "java",
        ".kt" or ".kts" => "kotlin",
        ".swift" => "swift",
        ".scala" => "scala",
        ".c" or ".h" => "c",
        ".cc" or ".cpp" or ".cxx" or ".hh" or ".hpp" or ".hxx" => "cpp",
        ".rb" => "ruby",
        ".php" => "php",
        ".lua" => "lua",
        ".sh" or ".bash" or ".zsh" => "shellscript",
        ".ps1" => "powershell",
        ".sql" => "sql",
        ".html" or ".htm" => "html",
        ".css" => "css",
        ".json" => "json",
        ".yml" or ".yaml" => "yaml",
        ".toml" => "toml",
        ".xml" or ".csproj" or ".props" or ".targets" => "xml",
        ".md" => "markdown",
        _ => Path.GetFileName(path) switch { "Makefile" => "makefile", "Dockerfile" => "dockerfile", _ => "" },
    };
}
