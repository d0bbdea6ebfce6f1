using System.Diagnostics;
using System.Text;
using CoderLsp.Completion.Context;
using CoderLsp.Completion.Context.Files;

namespace CoderLsp.Completion.Tests.Context;

public sealed class WorkspaceFilesTests : IDisposable
{
    readonly TemporaryWorkspace _workspace = new();

    WorkspaceFiles Files => _workspace.Files;

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void A_file_in_a_root_is_read() => Files.TryRead(_workspace.Write("src/a.cs", "class A;")).ShouldBe("class A;");

    [Theory]
    [InlineData("../outside.cs")]
    [InlineData("../root-of-another/a.cs")]
    [InlineData("src/../../outside.cs")]
    public void A_file_outside_of_every_root_is_not(string name)
    {
        _workspace.Write(name, "x");
        Files.TryRead(Path.Combine(_workspace.Root, name)).ShouldBeNull();
    }

    [Fact]
    public void Roots_come_and_go()
    {
        var path = _workspace.Write("../other/a.cs", "x");
        Files.TryRead(path).ShouldBeNull();
        Files.SetRoots([_workspace.Root, Path.GetDirectoryName(path) + Path.DirectorySeparatorChar]);
        Files.TryRead(path).ShouldBe("x");
        Files.SetRoots([_workspace.Root]);
        Files.TryRead(path).ShouldBeNull();
        Files.SetRoots([]);
        Files.TryRead(_workspace.Write("a.cs", "x")).ShouldBeNull();
    }

    [Fact]
    public void No_link_leads_out_of_the_workspace()
    {
        var outside = _workspace.Write("../outside/a.cs", "x");
        Files.TryRead(_workspace.Link("link.cs", outside)).ShouldBeNull();
        Files.TryRead(_workspace.Link("relative.cs", "../outside/a.cs")).ShouldBeNull();
        _workspace.Link("folder", Path.GetDirectoryName(outside)!);
        Files.TryRead(_workspace.PathOf("folder/a.cs")).ShouldBeNull();
        _workspace.Link("two", "folder");
        Files.TryRead(_workspace.PathOf("two/a.cs")).ShouldBeNull();
    }

    [Fact]
    public void A_link_inside_of_the_workspace_is_followed_unless_it_leads_to_a_secret()
    {
        Files.TryRead(_workspace.Link("link.cs", _workspace.Write("src/a.cs", "x"))).ShouldBe("x");
        _workspace.Write(".env", "x");
        var link = _workspace.Link("notes.txt", ".env");
        Files.TryRead(link).ShouldBeNull();
        Files.IsSecret(link).ShouldBeTrue();
        _workspace.Write(".gitignore", "src/");
        Files.TryRead(_workspace.PathOf("link.cs")).ShouldBeNull();
    }

    [Fact]
    public void A_root_behind_a_link_is_a_root()
    {
        _workspace.Write("src/a.cs", "x");
        var link = _workspace.Link("../link", _workspace.Root);
        Files.SetRoots([link]);
        Files.TryRead(Path.Combine(link, "src", "a.cs")).ShouldBe("x");
        Files.TryRead(_workspace.PathOf("src/a.cs")).ShouldBe("x");
        Files.Named("a.cs").ShouldBe([_workspace.PathOf("src/a.cs")]);
    }

    [Fact]
    public void A_loop_of_links_is_no_file()
    {
        _workspace.Link("a", "b");
        Files.TryRead(_workspace.Link("b", "a")).ShouldBeNull();
        Files.TryRead(_workspace.PathOf("a/x.cs")).ShouldBeNull();
        _workspace.Link("self", ".");
        _workspace.Write("x.cs", "x");
        Files.Named("x.cs").ShouldBe([_workspace.PathOf("x.cs")]);
        Files.TryRead(_workspace.PathOf("self/self/self/x.cs")).ShouldBe("x");
    }

    [Fact]
    public void What_is_no_text_or_too_large_is_not_read()
    {
        Files.TryRead(_workspace.Write("a.bin", [1, 2, 0, 3])).ShouldBeNull();
        Files.TryRead(_workspace.Write("large.cs", new string('x', TextFile.MaxBytes + 1))).ShouldBeNull();
        Files.TryRead(_workspace.Write("most.cs", new string('x', TextFile.MaxBytes)))!.Length.ShouldBe(TextFile.MaxBytes);
        using (var file = File.Create(_workspace.PathOf("huge.cs"))) file.SetLength(100 << 20);
        Files.TryRead(_workspace.PathOf("huge.cs")).ShouldBeNull();
        Files.TryRead(_workspace.Root).ShouldBeNull();
        Files.TryRead(_workspace.PathOf("missing.cs")).ShouldBeNull();
        Files.TryRead(_workspace.Root + "/a\0b").ShouldBeNull();
        Files.TryRead("").ShouldBeNull();
        Files.TryRead(_workspace.Write("empty.cs", "")).ShouldBe("");
    }

    [Fact]
    public void A_byte_order_mark_says_the_encoding()
    {
        Files.TryRead(_workspace.Write("a.cs", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("é")])).ShouldBe("é");
        Files.TryRead(_workspace.Write("b.cs", [.. Encoding.UTF8.GetPreamble(), .. "é"u8])).ShouldBe("é");
    }

    [Fact]
    public async Task A_pipe_that_nobody_writes_to_is_not_waited_for()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("Windows has no named pipes in folders.");
        var path = _workspace.PathOf("pipe.cs");
        using var make = Process.Start("mkfifo", path);
        await make.WaitForExitAsync();
        await Task.Run(() => Files.TryRead(path)).WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void A_file_that_changed_on_disk_is_read_again()
    {
        var path = _workspace.Write("a.cs", "one");
        Files.TryRead(path).ShouldBe("one");
        _workspace.Write("a.cs", "three");
        Files.TryRead(path).ShouldBe("three");
        var written = File.GetLastWriteTimeUtc(path);
        _workspace.Write("a.cs", "seven");
        File.SetLastWriteTimeUtc(path, written); // as on file systems whose clock is coarse
        Files.Changed(path);
        Files.TryRead(path).ShouldBe("seven");
        File.Delete(path);
        Files.TryRead(path).ShouldBeNull();
    }

    [Fact]
    public async Task A_file_that_changes_while_it_is_read_is_one_text_or_none()
    {
        var path = _workspace.Write("a.cs", "x");
        using var stop = new CancellationTokenSource();
        var writer = Task.Run(() =>
        {
            for (var length = 1; !stop.IsCancellationRequested; length = (length * 7 + 1) % 50_000) File.WriteAllText(path, new string('x', length));
        });
        for (var i = 0; i < 500; i++)
        {
            Files.Changed(path);
            Files.TryRead(path)?.Trim('x').ShouldBeEmpty();
        }
        await stop.CancelAsync();
        await writer;
    }

    [Fact]
    public void The_text_in_the_editor_wins()
    {
        var path = _workspace.Write("a.cs", "on disk");
        _workspace.Open("a.cs", "in the editor");
        _workspace.Open("new.cs", "not saved yet");
        Files.TryRead(path).ShouldBe("in the editor");
        Files.TryRead(_workspace.PathOf("new.cs")).ShouldBe("not saved yet");
        Files.TryRead(_workspace.Link("link.cs", path)).ShouldBe("in the editor");
    }

    [Fact]
    public void The_setting_says_which_files_are_read()
    {
        var path = _workspace.Write("a.cs", "x");
        _workspace.Open("b.cs", "y");
        Files.Configure(ContextFiles.Open, []);
        Files.TryRead(path).ShouldBeNull();
        Files.TryRead(_workspace.PathOf("b.cs")).ShouldBe("y");
        Files.Named("a.cs").ShouldBeEmpty();
        Files.Named("b.cs").ShouldBe([_workspace.PathOf("b.cs")]);
        Files.Configure(ContextFiles.Off, []);
        Files.TryRead(_workspace.PathOf("b.cs")).ShouldBeNull();
        Files.Named("b.cs").ShouldBeEmpty();
    }

    [Fact]
    public void Ignored_files_are_not_read_but_are_no_secrets()
    {
        _workspace.Write(".gitignore", "gen/\n*.log\n");
        _workspace.Write("sub/.gitignore", "!a.log\n");
        _workspace.Write(".coderlspignore", "/sub/b.cs\n");
        var ignored = new[] { "gen/a.cs", "a.log", "sub/b.cs", "node_modules/x/index.js", ".git/config.lock" };
        foreach (var name in ignored) Files.TryRead(_workspace.Write(name, "x")).ShouldBeNull(name);
        foreach (var name in ignored) Files.IsIgnored(_workspace.PathOf(name)).ShouldBeTrue(name);
        Files.TryRead(_workspace.Write("sub/a.log", "x")).ShouldBe("x");
        Files.IsSecret(_workspace.PathOf("a.log")).ShouldBeFalse();
    }

    [Fact]
    public void The_ignore_files_of_the_repository_above_count_too()
    {
        Directory.CreateDirectory(Path.Combine(_workspace.Folder, ".git", "info"));
        _workspace.Write("../.gitignore", "/root/gen/\n");
        _workspace.Write("../.git/info/exclude", "*.tmp\n");
        Files.SetRoots([_workspace.Root]);
        Files.TryRead(_workspace.Write("gen/a.cs", "x")).ShouldBeNull();
        Files.TryRead(_workspace.Write("a.tmp", "x")).ShouldBeNull();
        Files.TryRead(_workspace.Write("a.cs", "x")).ShouldBe("x");
    }

    [Fact]
    public void A_changed_ignore_file_counts_at_once()
    {
        var path = _workspace.Write("a.cs", "x");
        Files.TryRead(path).ShouldBe("x");
        _workspace.Write(".gitignore", "*.cs");
        Files.TryRead(path).ShouldBeNull();
        File.Delete(_workspace.PathOf(".gitignore"));
        Files.TryRead(path).ShouldBe("x");
    }

    [Fact]
    public void An_ignore_file_that_is_too_large_ignores_everything()
    {
        var path = _workspace.Write("sub/a.cs", "x");
        _workspace.Write("sub/.gitignore", new string('#', (1 << 20) + 1));
        Files.TryRead(path).ShouldBeNull();
    }

    [Fact]
    public void The_users_patterns_exclude_and_take_back()
    {
        _workspace.Write(".gitignore", "gen/\n");
        Files.Configure(ContextFiles.Auto, ["/private/", "*.sql", "!gen/", "!.env.local", "!.aws/**"]);
        foreach (var name in new[] { "private/a.cs", "x/y.sql", ".env" })
        {
            Files.TryRead(_workspace.Write(name, "x")).ShouldBeNull(name);
            Files.IsSecret(_workspace.PathOf(name)).ShouldBeTrue(name);
        }
        foreach (var name in new[] { "gen/a.cs", ".env.local", ".aws/config", "sub/private/a.cs" })
            Files.TryRead(_workspace.Write(name, "x")).ShouldBe("x", name);
    }

    [Fact]
    public void An_ignore_file_of_the_workspace_cannot_give_secrets_away()
    {
        _workspace.Write(".gitignore", "!.env\n");
        _workspace.Write(".coderlspignore", "!.env\n!*\n");
        Files.TryRead(_workspace.Write(".env", "x")).ShouldBeNull();
    }

    [Theory]
    [InlineData("untitled:.env")]
    [InlineData("untitled:/home/me/.ssh/config")]
    [InlineData("git:/home/me/.env?%7B%22ref%22%3A%22HEAD%22%7D")]
    [InlineData("vscode-remote://host/home/me/id_rsa")]
    [InlineData("file:///elsewhere/%2Eenv")]
    public void A_secret_is_one_wherever_it_lies(string uri) => Files.IsSecretDocument(uri).ShouldBeTrue();

    [Fact]
    public void The_users_patterns_hold_for_documents_of_every_scheme()
    {
        var files = Files;
        files.Configure(ContextFiles.Auto, ["private/", "!.env.local"]);
        files.IsSecretDocument("git:/home/me/private/a.cs?HEAD").ShouldBeTrue();
        files.IsSecretDocument("vscode-notebook-cell:/home/me/private/a.ipynb#W0").ShouldBeTrue();
        files.IsSecretDocument("git:/home/me/.env.local?HEAD").ShouldBeFalse();
        files.IsSecretDocument("git:/home/me/public/a.cs?HEAD").ShouldBeFalse();
    }

    [Theory]
    [InlineData("untitled:Untitled-1")]
    [InlineData("file:///elsewhere/a.cs")]
    [InlineData("")]
    public void Other_documents_are_no_secrets(string uri) => Files.IsSecretDocument(uri).ShouldBeFalse();
}
