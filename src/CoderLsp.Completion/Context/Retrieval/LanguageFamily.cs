namespace CoderLsp.Completion.Context.Retrieval;

/// <summary>Languages whose code helps to write each other's.</summary>
static class LanguageFamily
{
    public static string Of(string languageId) => languageId switch
    {
        "typescript" or "typescriptreact" or "javascript" or "javascriptreact" => "script",
        "c" or "cpp" or "objective-c" or "objective-cpp" => "c",
        _ => languageId,
    };
}
