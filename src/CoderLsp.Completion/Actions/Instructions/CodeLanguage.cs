namespace CoderLsp.Completion.Actions.Instructions;

/// <summary>How a language is called to a model and in a fence.</summary>
/// <param name="Name">For people; empty for a document without a language.</param>
/// <param name="Tag">Behind a fence; empty for none.</param>
sealed record CodeLanguage(string Name, string Tag, params string[] OtherTags)
{
    static readonly Dictionary<string, CodeLanguage> Known = new()
    {
        [""] = new("", ""),
        ["csharp"] = new("C#", "csharp", "cs", "c#"),
        ["cpp"] = new("C++", "cpp", "c++", "cc", "h", "hpp"),
        ["c"] = new("C", "c", "h", "cpp"),
        ["fsharp"] = new("F#", "fsharp", "fs", "f#"),
        ["vb"] = new("Visual Basic", "vb", "vbnet"),
        ["javascript"] = new("JavaScript", "javascript", "js", "jsx", "mjs"),
        ["javascriptreact"] = new("JavaScript with JSX", "jsx", "javascript", "js", "javascriptreact"),
        ["typescript"] = new("TypeScript", "typescript", "ts", "tsx"),
        ["typescriptreact"] = new("TypeScript with JSX", "tsx", "typescript", "ts", "typescriptreact"),
        ["python"] = new("Python", "python", "py", "python3"),
        ["rust"] = new("Rust", "rust", "rs"),
        ["go"] = new("Go", "go", "golang"),
        ["java"] = new("Java", "java"),
        ["kotlin"] = new("Kotlin", "kotlin", "kt"),
        ["ruby"] = new("Ruby", "ruby", "rb"),
        ["php"] = new("PHP", "php"),
        ["lua"] = new("Lua", "lua"),
        ["swift"] = new("Swift", "swift"),
        ["scala"] = new("Scala", "scala"),
        ["sql"] = new("SQL", "sql"),
        ["html"] = new("HTML", "html"),
        ["css"] = new("CSS", "css"),
        ["json"] = new("JSON", "json", "jsonc"),
        ["xml"] = new("XML", "xml"),
        ["yaml"] = new("YAML", "yaml", "yml"),
        ["toml"] = new("TOML", "toml"),
        ["markdown"] = new("Markdown", "markdown", "md"),
        ["powershell"] = new("PowerShell", "powershell", "ps1", "pwsh"),
        ["shellscript"] = new("shell", "bash", "sh", "shell", "zsh", "shellscript"),
    };

    /// <summary>A language that is not known is called as the LSP calls it.</summary>
    public static CodeLanguage Of(string languageId)
    {
        if (Known.TryGetValue(languageId, out var known)) return known;
        // It comes from the client and goes behind a fence: letters only.
        var name = string.Concat(languageId.Where(c => char.IsLetterOrDigit(c) || c is '-' or '+' or '#' or '_'));
        return new(name, name);
    }

    public bool HasTag(string tag) =>
        Tag.Equals(tag, StringComparison.OrdinalIgnoreCase) || OtherTags.Contains(tag, StringComparer.OrdinalIgnoreCase);
}
