using CoderLsp.Completion.Context;
using CoderLsp.Completion.Context.Retrieval;
using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Tests.Context.Retrieval;

public sealed class ProjectIndexTests : IDisposable
{
    const string Loading = "var invoice = LoadInvoice(customer);\nSendInvoice(invoice, printer);\n";

    readonly TemporaryWorkspace _workspace = new();
    readonly ProjectContext _project;
    readonly ProjectIndex _index;

    public ProjectIndexTests() => _index = (_project = new(_workspace.Files, _workspace)).Index;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _project.Dispose();
        _workspace.Dispose();
    }

    [Fact]
    public void Code_like_that_at_the_cursor_is_found_with_what_follows_it()
    {
        _workspace.Write("a.cs", "using System;\n\n" + Loading + "Archive(invoice);\n");
        _workspace.Write("b.cs", "matrix.Transpose();\n");
        var chunk = Find("var invoice = LoadInvoice(customer);\n").ShouldHaveSingleItem();
        chunk.Path.ShouldBe(_workspace.PathOf("a.cs"));
        chunk.FirstLine.ShouldBe(0);
        chunk.Focus.ShouldBe(2);
        chunk.Source.Line(4).ToString().ShouldBe("Archive(invoice);");
        chunk.EndLine.ShouldBe(5);
    }

    [Theory]
    [InlineData(".env.cs", "")]
    [InlineData("secrets.cs", "")]
    [InlineData("build/a.cs", "build/\n")]
    [InlineData("../outside/a.cs", "")]
    public void What_must_not_be_read_is_never_found(string name, string ignored)
    {
        _workspace.Write(".gitignore", ignored);
        _workspace.Write(name, Loading);
        Find(Loading).ShouldBeEmpty();
        _index.FileCount.ShouldBe(0);
    }

    [Fact]
    public async Task What_becomes_ignored_is_forgotten_and_off_means_nothing()
    {
        _workspace.Write("a.cs", Loading);
        Find(Loading).ShouldHaveSingleItem();
        _workspace.Write(".gitignore", "a.cs\n");
        _workspace.Files.Changed(_workspace.PathOf(".gitignore"));
        await UntilAsync(() => _index.Find(At(Loading), Loading.Length, 0, 0, 3, 0.2).Count == 0);
        _workspace.Write(".gitignore", "");
        _workspace.Files.Configure(ContextFiles.Off, []);
        Find(Loading).ShouldBeEmpty();
    }

    [Fact]
    public void Hostile_files_are_passed_over()
    {
        _workspace.Write("zeros.cs", new byte[10_000]);
        using (var large = File.Create(_workspace.PathOf("large.cs"))) large.SetLength(100_000_000);
        _workspace.Write("not-utf8.cs", [0xff, 0xfe, 0xfa, 0xc3]);
        Directory.CreateDirectory(_workspace.PathOf("loop"));
        _workspace.Link("loop/again", _workspace.PathOf("loop"));
        _workspace.Link("endless.cs", "endless.cs");
        _workspace.Write("line.cs", string.Concat(Enumerable.Repeat("word ", 100_000)));
        _workspace.Write("a.cs", Loading);
        var locked = _workspace.Write("locked/b.cs", Loading);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Path.GetDirectoryName(locked)!, UnixFileMode.None);
        try
        {
            Find(Loading).Select(chunk => chunk.Path).ShouldContain(_workspace.PathOf("a.cs"));
        }
        finally
        {
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Path.GetDirectoryName(locked)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public void A_file_that_became_shorter_or_went_away_since_it_was_read_gives_nothing()
    {
        var (a, b) = (_workspace.Write("a.cs", new string('\n', 50) + Loading), _workspace.Write("b.cs", Loading));
        _project.ReadAll(_workspace.Root, Cancellation);
        File.WriteAllText(a, "x");
        File.Delete(b);
        _index.Find(At(Loading), Loading.Length, 0, 0, 3, 0.2).ShouldBeEmpty();
    }

    [Fact]
    public async Task Files_that_come_and_go_and_change_are_followed()
    {
        _workspace.Write("other.cs", "class Other;");
        _project.Begin();
        await UntilAsync(() => _index.FileCount == 1);
        var path = _workspace.Write("a.cs", Loading);
        _workspace.Files.Changed(path);
        await UntilAsync(() => Found() == 1);
        File.WriteAllText(path, "matrix.Transpose();");
        _workspace.Files.Changed(path);
        await UntilAsync(() => Found() == 0);
        File.Delete(path);
        _workspace.Files.Changed(path);
        await UntilAsync(() => _index.FileCount == 1);

        int Found() => _index.Find(At(Loading), Loading.Length, 0, 0, 3, 0.2).Count;
    }

    [Fact]
    public void What_is_open_counts_as_it_is_in_the_editor_and_what_stands_in_the_prompt_does_not()
    {
        _workspace.Write("a.cs", "matrix.Transpose();");
        _workspace.Open("a.cs", Loading);
        Find(Loading).ShouldHaveSingleItem().Source.Text.ShouldBe(Loading);

        var self = _workspace.Open("self.cs", Loading + new string('\n', 60) + Loading);
        var below = self.LineStart(62);
        _index.Find(self, self.Length, below, self.Length, 3, 0.2).Select(chunk => (chunk.Path, chunk.FirstLine))
            .ShouldBe([(_workspace.PathOf("a.cs"), 0), (_workspace.PathOf("self.cs"), 0)], ignoreOrder: true);
        _index.Find(self, self.Length, 0, self.Length, 3, 0.2).ShouldHaveSingleItem().Path.ShouldBe(_workspace.PathOf("a.cs"));
    }

    IReadOnlyList<SimilarChunk> Find(string text)
    {
        _project.ReadAll(_workspace.Root, Cancellation);
        return _index.Find(At(text), text.Length, 0, 0, 3, 0.2);
    }

    TextSnapshot At(string text) => new(DocumentUri.Of(_workspace.PathOf("new.cs")), "csharp", 1, text);

    static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition()) await Task.Delay(5, Cancellation);
    }
}
