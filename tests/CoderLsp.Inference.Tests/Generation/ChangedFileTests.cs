using System.Runtime.InteropServices;
using CoderLsp.Inference.Generation;
using CoderLsp.Inference.Gguf;
using CoderLsp.Inference.Tests.Gguf;
using CoderLsp.Inference.Tests.Models;

namespace CoderLsp.Inference.Tests.Generation;

/// <summary>What happens to a loaded model when somebody does something to its file.</summary>
public sealed partial class ChangedFileTests : IDisposable
{
    readonly TempFolder _folder = new();
    readonly string _path;

    public ChangedFileTests() => _path = _folder.Write("model.gguf", File.ReadAllBytes(ParityFixtures.Model("micro.Q4_0")));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_that_is_cut_short_fails_the_request_and_the_engine_goes_on()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The system keeps a mapped file from being cut short.");
        using var engine = Engine.Load(_path, new() { Threads = 1 });
        var length = engine.File.Length;
        var before = await LogitsAsync(engine);

        truncate(_path, 5000).ShouldBe(0);
        (await Should.ThrowAsync<GgufException>(() => LogitsAsync(engine))).Message.ShouldBe(
            $"{_path}: the file had {length} bytes when the model was loaded and has 5000 now; it was changed while it was in use, and the model must be loaded again.");
        truncate(_path, length).ShouldBe(0);
        (await LogitsAsync(engine)).Length.ShouldBe(before.Length); // of zeros, but no fault
    }

    [Fact]
    public async Task A_file_that_vanishes_or_is_replaced_is_used_on()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The system keeps an open file from being removed.");
        using var engine = Engine.Load(_path, new() { Threads = 1 });
        var before = await LogitsAsync(engine);
        File.Move(_folder.Write("other.gguf", [1, 2, 3]), _path, overwrite: true);
        (await LogitsAsync(engine)).ShouldBe(before);
        File.Delete(_path);
        (await LogitsAsync(engine)).ShouldBe(before);
    }

    static async Task<float[]> LogitsAsync(Engine engine)
    {
        var all = new List<float>();
        await engine.EvaluateAsync(new[] { 1, 2, 3 }, batch: 3, (_, logits) => all.AddRange(logits), TestContext.Current.CancellationToken);
        return [.. all];
    }

    // FileStream would ask for the lock that the engine holds; other programs do not.
    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int truncate(string path, long length);
}
