using CoderLsp.Completion.Context;
using CoderLsp.Completion.Context.Files;
using CoderLsp.Completion.Context.Ignoring;

namespace CoderLsp.Completion.Tests.Context;

public sealed class FileNamesTests : IDisposable
{
    readonly TemporaryWorkspace _workspace = new();

    WorkspaceFiles Files => _workspace.Files;

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void Files_are_found_by_name_without_ignored_ones_and_secrets()
    {
        _workspace.Write(".gitignore", "bin/\n");
        foreach (var name in new[] { "b/x.cs", "a/x.cs", "x.cs", "bin/x.cs", "a/.env", ".ssh/x.cs" }) _workspace.Write(name, "");
        Files.Named("x.cs").ShouldBe([_workspace.PathOf("a/x.cs"), _workspace.PathOf("b/x.cs"), _workspace.PathOf("x.cs")]);
        Files.Named(".env").ShouldBeEmpty();
    }

    [Fact]
    public void New_and_deleted_files_are_known_when_it_is_said()
    {
        Files.Named("x.cs").ShouldBeEmpty();
        var path = _workspace.Write("a/x.cs", "");
        Files.Changed(path);
        Files.Named("x.cs").ShouldBe([path]);
        File.Delete(path);
        Files.Changed(path);
        Files.Named("x.cs").ShouldBeEmpty();
    }

    [Fact]
    public void A_folder_that_comes_or_goes_is_looked_through()
    {
        var path = _workspace.Write("a/b/x.cs", "");
        Files.Named("x.cs").ShouldBe([path]);
        Directory.Move(_workspace.PathOf("a"), _workspace.PathOf("c"));
        Files.Changed(_workspace.PathOf("a"));
        Files.Named("x.cs").ShouldBe([_workspace.PathOf("c/b/x.cs")]);
    }

    [Fact]
    public void A_new_ignore_file_counts_when_it_is_said()
    {
        _workspace.Write("a/x.cs", "");
        Files.Named("x.cs").Count.ShouldBe(1);
        Files.Changed(_workspace.Write("a/.gitignore", "*"));
        Files.Named("x.cs").ShouldBeEmpty();
    }

    [Fact]
    public void A_root_in_a_root_has_its_own_rules()
    {
        _workspace.Write(".gitignore", "inner/\n");
        var path = _workspace.Write("inner/x.cs", "");
        Files.Named("x.cs").ShouldBeEmpty();
        Files.SetRoots([_workspace.Root, _workspace.PathOf("inner")]);
        Files.Named("x.cs").ShouldBe([path]);
    }

    [Fact]
    public void A_deep_tree_is_looked_through()
    {
        var path = _workspace.Write(string.Concat(Enumerable.Repeat("d/", 500)) + "x.cs", "deep");
        Files.Named("x.cs").ShouldBe([path]);
        Files.TryRead(path).ShouldBe("deep");
    }

    [Fact]
    public void A_workspace_of_too_many_files_is_cut_off_at_the_same_place_each_time()
    {
        foreach (var folder in new[] { "b", "a", "a/c" })
            for (var i = 0; i < 20; i++) _workspace.Write($"{folder}/{i:D2}.cs", "");
        var rules = new FileRules([_workspace.Root], []);
        for (var again = 0; again < 2; again++)
        {
            var names = FileNames.Of(rules, default, mostFiles: 30);
            names.Named("09.cs").ShouldBe([_workspace.PathOf("a/09.cs"), _workspace.PathOf("b/09.cs")]);
            names.Named("10.cs").ShouldBe([_workspace.PathOf("a/10.cs")]);
        }
    }

    [Fact]
    public void Ignored_files_without_end_do_not_hold_up_the_search()
    {
        _workspace.Write("a/.gitignore", "*.o\n");
        for (var i = 0; i < 200; i++) _workspace.Write($"a/{i:D3}.o", "");
        _workspace.Write("b/x.cs", "");
        FileNames.Of(new([_workspace.Root], []), default, mostEntries: 100).Named("x.cs").ShouldBeEmpty();
        FileNames.Of(new([_workspace.Root], []), default, mostEntries: 300).Named("x.cs").Count.ShouldBe(1);
    }

    [Fact]
    public void A_root_that_is_not_there_has_no_files()
    {
        Files.SetRoots([_workspace.PathOf("missing"), "relative", ""]);
        Files.Named("x.cs").ShouldBeEmpty();
    }

    [Fact]
    public void A_search_can_be_given_up()
    {
        _workspace.Write("x.cs", "");
        Should.Throw<OperationCanceledException>(() => Files.Named("x.cs", new CancellationToken(canceled: true)));
        Files.Named("x.cs").Count.ShouldBe(1);
    }
}
