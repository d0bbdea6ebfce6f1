namespace CoderLsp.Completion.Documents;

/// <summary>What begins a comment that ends with its line.</summary>
static class LineComments
{
    /// <summary>The marker with a blank behind it; <c>// </c> for languages that are not known or have none.</summary>
    public static string Marker(string languageId) => languageId switch
    {
        "python" or "ruby" or "shellscript" or "yaml" or "toml" or "makefile" or "dockerfile" or "powershell" or "perl" or "r" or "elixir" => "# ",
        "sql" or "lua" or "haskell" or "elm" => "-- ",
        "clojure" or "lisp" or "ini" => "; ",
        "latex" or "erlang" => "% ",
        "vb" => "' ",
        _ => "// ",
    };
}
