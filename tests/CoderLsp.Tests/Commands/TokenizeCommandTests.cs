namespace CoderLsp.Tests.Commands;

public sealed class TokenizeCommandTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("coderlsp-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Ids_of_the_standard_input_are_separated_by_spaces_and_have_no_BOS()
    {
        var run = await RunResult.OfAsync("int main", ["tokenize"]);
        run.Status.ShouldBe(0);
        run.Out.ShouldBe("431 3212\n");
    }

    [Fact]
    public async Task A_file_gives_the_same_ids_as_the_standard_input()
    {
        const string text = "if (x > 0)\r\n\treturn \"é漢😀\";\n";
        var fromInput = await RunResult.OfAsync(text, ["tokenize"]);
        var fromFile = await RunResult.OfAsync("tokenize", Write(text));
        fromFile.Out.ShouldBe(fromInput.Out);
    }

    [Fact]
    public async Task Byte_order_marks_are_honoured_and_binary_files_refused()
    {
        var path = Path.Combine(_folder.FullName, "utf16.txt");
        File.WriteAllText(path, "int main", System.Text.Encoding.Unicode);
        (await RunResult.OfAsync("tokenize", path)).Out.ShouldBe("431 3212\n");
        (await RunResult.OfAsync("tokenize", Write("a\0b"))).Error.ShouldContain("is a binary file");
    }

    [Fact]
    public async Task Special_tokens_are_plain_text_unless_asked_for()
    {
        var plain = await RunResult.OfAsync("<｜fim▁hole｜>", ["tokenize"]);
        plain.Out.Trim().Split(' ').ShouldNotContain("4082");
        var special = await RunResult.OfAsync("<｜fim▁hole｜>", ["tokenize", "--special"]);
        special.Out.ShouldBe("4082\n");
    }

    [Fact]
    public async Task Pieces_show_line_ends_and_bytes_of_characters_that_are_split()
    {
        var run = await RunResult.OfAsync("int\né", ["tokenize", "--pieces"]);
        run.Out.ShouldBe("431\tint\n198\t\\n\n127\t\\xC3\n102\t\\xA9\n");
    }

    [Fact]
    public async Task A_missing_file_and_a_folder_are_clear_errors()
    {
        var missing = await RunResult.OfAsync("tokenize", Path.Combine(_folder.FullName, "none.txt"));
        (missing.Status, missing.Out).ShouldBe((1, ""));
        missing.Error.ShouldContain("There is no file");
        var directory = await RunResult.OfAsync("tokenize", _folder.FullName);
        directory.Status.ShouldBe(1);
        directory.Error.ShouldContain("is a folder");
    }

    string Write(string text)
    {
        var path = Path.Combine(_folder.FullName, "text.txt");
        File.WriteAllText(path, text);
        return path;
    }
}
