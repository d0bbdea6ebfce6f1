using CoderLsp.Doctor;
using CoderLsp.Kernels;
using CoderLsp.Models.Loading;

namespace CoderLsp.Tests.Doctor;

public class MachineChecksTests
{
    [Theory]
    [InlineData(InstructionSet.Avx2, InstructionSet.Avx2, null)]
    [InlineData(InstructionSet.AdvSimd, InstructionSet.AdvSimd, null)]
    [InlineData(InstructionSet.Scalar, InstructionSet.Scalar, "small models")]
    [InlineData(InstructionSet.Scalar, InstructionSet.Avx2, "Unset CODERLSP_ISA")]
    public void Kernels_are_fine_when_they_are_the_fast_ones(InstructionSet selected, InstructionSet best, string? remedy)
    {
        var finding = MachineChecks.Kernels(selected, best);
        finding.Level.ShouldBe(remedy is null ? FindingLevel.Ok : FindingLevel.Warning);
        if (remedy is null) finding.Remedy.ShouldBeNull();
        else finding.Remedy.ShouldNotBeNull().ShouldContain(remedy);
    }

    [Theory]
    [InlineData(null, 2, 2, true, "2 compute threads on 2 processors.")]
    [InlineData(null, 32, 32, true, "8 compute threads on 32 processors.")]
    [InlineData(null, 8, 4, true, "4 compute threads on 8 processors of 4 cores.")]
    [InlineData(1, 1, 1, true, "1 compute thread on 1 processor.")]
    [InlineData(5, 4, 4, false, "There are 5 compute threads for 4 processors, so they wait for one another.")]
    public void More_threads_than_processors_are_warned_of(int? threads, int processors, int cores, bool fine, string text)
    {
        var finding = MachineChecks.Threads(threads, processors, cores);
        (finding.Level, finding.Text).ShouldBe((fine ? FindingLevel.Ok : FindingLevel.Warning, text));
    }

    [Fact]
    public void Models_must_fit_the_memory_and_share_one_file_and_its_cache()
    {
        ModelMemory[] models = [new("/m", 3_000_000_000, 500_000_000, null), new("/m", 3_000_000_000, 500_000_000, null)];
        MachineChecks.Memory(models, 3_500_000_000, 8_000_000_000).ShouldBe(
            Finding.Ok("memory", "3.5 GB of 8.0 GB are available, and the models take up to 3.5 GB."));
        MachineChecks.Memory(models, 3_400_000_000, 8_000_000_000).Level.ShouldBe(FindingLevel.Warning);
    }
}
