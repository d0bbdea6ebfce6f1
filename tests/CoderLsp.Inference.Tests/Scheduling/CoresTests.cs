using CoderLsp.Inference.Generation;
using CoderLsp.Inference.Scheduling;

namespace CoderLsp.Inference.Tests.Scheduling;

public sealed class CoresTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("coderlsp-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("0-7", 4)]
    [InlineData("0,4", 1)]
    [InlineData("0-1,4-6", 3)]
    [InlineData("\t0-3\n", 4)]
    public void Two_processors_of_one_core_count_once(string allowed, int cores)
    {
        for (var i = 0; i < 8; i++)
            File.WriteAllText(Path.Combine(_folder.CreateSubdirectory($"cpu{i}/topology").FullName, "thread_siblings_list"), $"{i % 4},{i % 4 + 4}\n");
        Cores.Of(_folder.FullName, allowed).ShouldBe(cores);
    }

    [Fact]
    public void There_is_a_thread_a_core_and_at_most_eight()
    {
        Cores.Count.ShouldBeInRange(1, Environment.ProcessorCount);
        (EngineOptions.DefaultThreads(6), EngineOptions.DefaultThreads(64)).ShouldBe((6, 8));
    }
}
