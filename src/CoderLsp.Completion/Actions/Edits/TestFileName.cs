using CoderLsp.Completion.Actions.Instructions;
using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Actions.Edits;

/// <summary>What a document with the tests of another one is called, by the habit of its language.</summary>
static class TestFileName
{
    public static string For(TextSnapshot snapshot)
    {
        var file = DocumentName.Of(snapshot);
        var (name, extension) = (Path.GetFileNameWithoutExtension(file), Path.GetExtension(file));
        if (name.Length == 0) name = "untitled";
        return snapshot.LanguageId switch
        {
            "csharp" or "swift" => $"{name}Tests{extension}",
            "java" or "kotlin" or "php" => $"{name}Test{extension}",
            "scala" => $"{name}Spec{extension}",
            "python" => $"test_{name}{extension}",
            "ruby" => $"{name}_test{extension}",
            "javascript" or "javascriptreact" or "typescript" or "typescriptreact" => $"{name}.test{extension}",
            "powershell" => $"{name}.Tests{extension}",
            _ => $"{name}_test{extension}",
        };
    }
}
