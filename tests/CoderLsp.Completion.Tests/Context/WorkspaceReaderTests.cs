using System.Collections.Concurrent;
using CoderLsp.Completion.Context;
using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Tests.Context;

public sealed class WorkspaceReaderTests : IDisposable
{
    readonly TemporaryWorkspace _workspace = new();
    readonly WorkspaceReader _reader;
    readonly Taker _first = new(), _second = new();

    public WorkspaceReaderTests()
    {
        _reader = new(_workspace.Files, _workspace);
        _workspace.Write("a.cs", "one");
        _workspace.Write("b.cs", "two");
        _workspace.Write("picture.png", "no source");
    }

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _reader.Dispose();
        _workspace.Dispose();
    }

    [Fact]
    public async Task A_file_is_read_once_for_all_who_take_it()
    {
        _reader.Add(_first);
        _reader.Add(_second);
        _reader.Begin();
        _reader.Begin();
        foreach (var name in new[] { "a.cs", "b.cs" })
            (await NextAsync(_first)).ShouldBe((name, await SameAsync(name)));

        async Task<TextSnapshot?> SameAsync(string name)
        {
            var (path, text) = await NextAsync(_second);
            path.ShouldBe(name);
            return text;
        }
    }

    [Fact]
    public async Task Who_comes_later_gets_all_of_it_and_nobody_gets_anything_twice()
    {
        _reader.Add(_first);
        _reader.Begin();
        await NextAsync(_first);
        await NextAsync(_first);
        _reader.Add(_second);
        _reader.Begin();
        (await NextAsync(_second)).Name.ShouldBe("a.cs");
        (await NextAsync(_second)).Name.ShouldBe("b.cs");
        _workspace.Files.Changed(_workspace.Write("a.cs", "three"));
        foreach (var taker in new[] { _first, _second })
            (await NextAsync(taker)).Text!.Text.ShouldBe("three");
    }

    [Fact]
    public async Task Who_is_full_or_has_gone_is_read_for_no_more()
    {
        _first.IsFull = true;
        _reader.Add(_first);
        _reader.Add(_second);
        _reader.ReadAll(_workspace.Root, Cancellation);
        _first.Taken.ShouldBeEmpty();
        _second.Taken.Count.ShouldBe(2);
        // What changes may fit all the same.
        _reader.Read(_workspace.PathOf("a.cs"));
        (await NextAsync(_first)).Name.ShouldBe("a.cs");
        _reader.Remove(_first);
        _reader.Read(_workspace.PathOf("a.cs"));
        _first.Taken.ShouldBeEmpty();
        _second.Taken.Count.ShouldBe(4);
    }

    [Fact]
    public async Task When_other_files_may_be_read_everything_is_forgotten_and_read_anew()
    {
        _reader.Add(_first);
        _reader.Begin();
        await NextAsync(_first);
        await NextAsync(_first);
        _workspace.Write(".gitignore", "a.cs\n");
        _workspace.Files.Changed(_workspace.PathOf(".gitignore"));
        (await NextAsync(_first)).Name.ShouldBe("cleared");
        (await NextAsync(_first)).Name.ShouldBe("b.cs");
        _reader.ReadAll(_workspace.Root, Cancellation);
        (await NextAsync(_first)).Name.ShouldBe("b.cs");
        _first.Taken.ShouldBeEmpty();
    }

    static async Task<(string Name, TextSnapshot? Text)> NextAsync(Taker taker)
    {
        (string, TextSnapshot?) next;
        while (!taker.Taken.TryDequeue(out next)) await Task.Delay(1, Cancellation);
        return next;
    }

    sealed class Taker : IFileTaker
    {
        public ConcurrentQueue<(string Name, TextSnapshot? Text)> Taken { get; } = [];

        public bool IsFull { get; set; }

        public void Clear() => Taken.Enqueue(("cleared", null));

        public void Take(string path, TextSnapshot? text) => Taken.Enqueue((Path.GetFileName(path), text));
    }
}
