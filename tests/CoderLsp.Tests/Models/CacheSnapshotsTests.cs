using CoderLsp.Inference.Generation;
using CoderLsp.Models;
using CoderLsp.TestSupport;

namespace CoderLsp.Tests.Models;

public sealed class CacheSnapshotsTests : IDisposable
{
    static readonly string Seedling = TestData.InRepository("models", "seedling", "seedling-q8_0.gguf");

    readonly string _folder = Path.Combine(Directory.CreateTempSubdirectory("coderlsp-").FullName, "snapshots");
    readonly List<string> _warnings = [];
    readonly ManualTime _time = new();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);

    [Fact]
    public async Task What_a_model_has_read_is_there_after_a_restart()
    {
        await ReadAsync(expectedCached: 0);
        var file = Directory.GetFiles(_folder).ShouldHaveSingleItem();
        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(_folder).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var written = File.ReadAllBytes(file);
        await ReadAsync(expectedCached: 299);
        File.ReadAllBytes(file).ShouldBe(written); // nothing new
        _warnings.ShouldBeEmpty();
    }

    [Fact]
    public async Task It_is_written_when_nobody_has_asked_for_anything_for_a_while()
    {
        using var engine = Engine.Load(Seedling);
        using var snapshots = Open(engine);
        await engine.GenerateAsync(Request(), Cancellation);
        snapshots.Used();
        _time.Advance(0.7 * CacheSnapshots.Quiet);
        snapshots.Used();
        _time.Advance(0.7 * CacheSnapshots.Quiet);
        Directory.Exists(_folder).ShouldBeFalse();
        _time.Advance(0.3 * CacheSnapshots.Quiet);
        Directory.GetFiles(_folder).Length.ShouldBe(1);
    }

    [Fact]
    public async Task What_is_damaged_is_ignored_with_a_sentence_and_written_anew()
    {
        await ReadAsync(expectedCached: 0);
        var file = Directory.GetFiles(_folder)[0];
        var bytes = File.ReadAllBytes(file);
        bytes[^20]++;
        File.WriteAllBytes(file, bytes);
        await ReadAsync(expectedCached: 0);
        _warnings.ShouldHaveSingleItem().ShouldContain("is damaged");
        await ReadAsync(expectedCached: 299);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_told_and_nothing_fails()
    {
        File.WriteAllText(_folder, "a file in its place");
        await ReadAsync(expectedCached: 0);
        _warnings.ShouldHaveSingleItem().ShouldContain("could be written");
    }

    [Fact]
    public async Task Only_the_latest_files_are_kept()
    {
        Directory.CreateDirectory(_folder);
        for (var i = 0; i < 5; i++)
        {
            var file = Path.Combine(_folder, $"model-{i}.kvcache");
            File.WriteAllText(file, "");
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(i - 10));
        }

        await ReadAsync(expectedCached: 0);
        Directory.GetFiles(_folder).Select(Path.GetFileName).Count(name => name is "model-3.kvcache" or "model-4.kvcache").ShouldBe(2);
        Directory.GetFiles(_folder).Length.ShouldBe(3);
    }

    async Task ReadAsync(int expectedCached)
    {
        using var engine = Engine.Load(Seedling);
        using var snapshots = Open(engine);
        (await engine.GenerateAsync(Request(), Cancellation)).CachedTokens.ShouldBe(expectedCached);
    }

    CacheSnapshots Open(Engine engine) => CacheSnapshots.Open(engine, _folder, _time, _warnings.Add);

    static GenerationRequest Request() => new() { Prompt = [.. Enumerable.Range(1, 300).Select(i => i * 37 % 4000)], MaxTokens = 4, IgnoreEnd = true };
}
