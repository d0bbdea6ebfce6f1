using CoderLsp.Completion.Inline;
using CoderLsp.Lsp.Inline;

namespace CoderLsp.Tests.Lsp;

public sealed class AcceptHistoryFileTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("coderlsp-history").FullName;
    readonly List<string> _log = [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    string FilePath => Path.Combine(_folder, "accept-history.json");

    (AcceptHistory History, AcceptHistoryFile File) Server()
    {
        var history = new AcceptHistory(TimeProvider.System);
        var file = new AcceptHistoryFile(FilePath, history, (level, line) => _log.Add($"{level}: {line}"));
        file.Load();
        return (history, file);
    }

    [Fact]
    public void Several_servers_add_to_each_others_counts()
    {
        var (one, oneFile) = Server();
        var (two, twoFile) = Server();
        one.Shown("go");
        two.Shown("go");
        two.Shown("rust");
        oneFile.Save();
        twoFile.Save();
        oneFile.Save(); // nothing new
        Server().History.Counts("go").Shown.ShouldBe(2);
        Server().History.Counts("rust").Shown.ShouldBe(1);
        two.Counts("go").Shown.ShouldBe(2);
    }

    [Fact]
    public void What_cannot_be_saved_now_is_saved_later()
    {
        var (history, file) = Server();
        history.Shown("go");
        using (File.Open(FilePath + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None)) file.Save();
        File.Exists(FilePath).ShouldBeFalse();
        file.Save();
        Server().History.Counts("go").Shown.ShouldBe(1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{\"languages\":null}")]
    [InlineData("{\"languages\":{\"go\":{\"shown\":\"many\"}}}")]
    [InlineData("\0\0\0")]
    public void A_corrupt_file_is_told_in_the_log_and_begun_anew(string content)
    {
        File.WriteAllText(FilePath, content);
        var (history, file) = Server();
        _log.ShouldHaveSingleItem().ShouldStartWith("Warning: The accept history");
        history.Shown("go");
        file.Save();
        Server().History.Counts("go").Shown.ShouldBe(1);
    }

    [Fact]
    public void Counts_that_cannot_be_are_left_out_and_large_ones_halved()
    {
        File.WriteAllText(FilePath, """
            {"languages":{"go":{"shown":-1,"accepted":0,"partlyAccepted":0,"rejected":0,"characters":0},
             "rust":{"shown":3000,"accepted":1000,"partlyAccepted":0,"rejected":500,"characters":9000}}}
            """);
        var (history, file) = Server();
        history.Counts("go").ShouldBe(AcceptCounts.None);
        history.Shown("rust");
        file.Save();
        history.Counts("rust").ShouldBe(new AcceptCounts(1500, 500, 0, 250, 4500));
    }
}
