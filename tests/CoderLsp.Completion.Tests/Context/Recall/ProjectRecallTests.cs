using CoderLsp.Completion.Context;
using CoderLsp.Completion.Context.Recall;
using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Tests.Context.Recall;

public sealed class ProjectRecallTests : IDisposable
{
    readonly TemporaryWorkspace _workspace = new();
    readonly FakeModel _model = new();
    readonly WorkspaceReader _reader;
    readonly ProjectRecall _recall;

    public ProjectRecallTests() => _recall = new(_model, _reader = new(_workspace.Files, _workspace));

    public void Dispose()
    {
        _recall.Dispose();
        _reader.Dispose();
        _workspace.Dispose();
    }

    [Fact]
    public void What_followed_in_other_files_and_in_the_document_is_expected()
    {
        _workspace.Write("a.cs", "cat:dog;");
        _workspace.Write("secrets.cs", "fox:hen;");
        Read();
        var (snapshot, cursor) = Open("b.cs", "cow:pig;\n|\nram:ewe;");
        _recall.SetDocument(snapshot, cursor);
        Expected("cat:").ShouldBe(["dog"]);
        Expected("cow:").ShouldBe(["pig"]);
        Expected("ram:").ShouldBe(["ewe"]);
        Expected("fox:").ShouldBeEmpty();
    }

    [Fact]
    public void Of_the_document_only_what_is_in_the_editor_counts_and_again_when_another_one_is_written_in()
    {
        _workspace.Write("a.cs", "cat:dog;");
        Read();
        var (snapshot, cursor) = Open("a.cs", "cow:pig;\n|");
        _recall.SetDocument(snapshot, cursor);
        Expected("cat:").ShouldBeEmpty();
        Read();
        Expected("cat:").ShouldBeEmpty();
        var (other, place) = Open("b.cs", "|");
        _recall.SetDocument(other, place);
        Expected("cow:").ShouldBe(["pig"]);
        Expected("cat:").ShouldBeEmpty();
    }

    [Fact]
    public void To_set_a_long_document_again_reads_only_what_has_changed()
    {
        var lines = string.Concat(Enumerable.Range(0, 1500).Select(i => $"call{(char)('a' + i % 26)}(x);\n" + (i % 7 == 0 ? "\n" : "")));
        var (snapshot, cursor) = Open("a.cs", lines + "|");
        _recall.SetDocument(snapshot, cursor);
        var before = _model.EncodedCharacters;
        var changed = snapshot.WithChange(100, 100, "y();", 2);
        _recall.SetDocument(changed, changed.LineStart(500));
        (_model.EncodedCharacters - before).ShouldBeLessThan(2_000);
    }

    void Read() => _reader.ReadAll(_workspace.Root, TestContext.Current.CancellationToken);

    (TextSnapshot Snapshot, int Cursor) Open(string name, string marked)
    {
        var cursor = marked.IndexOf('|');
        return (_workspace.Open(name, marked.Remove(cursor, 1)), cursor);
    }

    string[] Expected(string text)
    {
        var history = new List<int>();
        _model.Encode(text, history);
        var (tokens, probabilities) = (new int[64], new float[64]);
        return [.. tokens.AsSpan(0, _recall.Expect([.. history], tokens, probabilities)).ToArray().Select(token => _model.Decode([token]))];
    }
}
