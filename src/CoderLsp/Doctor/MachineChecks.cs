using System.Reflection;
using System.Runtime.InteropServices;
using CoderLsp.Inference.Generation;
using CoderLsp.Kernels;
using CoderLsp.Models.Loading;

namespace CoderLsp.Doctor;

/// <summary>What the machine has, and whether the program makes use of it.</summary>
static class MachineChecks
{
    public static Finding Program()
    {
        var version = typeof(MachineChecks).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        return Finding.Ok("version", $"coderlsp {version} on {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}, "
            + $"{RuntimeInformation.ProcessArchitecture}.");
    }

    public static Finding Kernels()
    {
        try
        {
            return Kernels(InstructionSets.Selected, InstructionSets.Best);
        }
        catch (NotSupportedException e)
        {
            return Finding.Error("kernels", e.Message, "Unset CODERLSP_ISA.");
        }
    }

    /// <param name="selected">The kernels that run.</param>
    /// <param name="best">The best that the processor can run.</param>
    public static Finding Kernels(InstructionSet selected, InstructionSet best)
    {
        if (selected < best)
            return Finding.Warning("kernels", $"The {Name(selected)} kernels run, which is slower than what this processor can do, {Name(best)}.", "Unset CODERLSP_ISA.");
        return selected > InstructionSet.Scalar ? Finding.Ok("kernels", $"The {Name(selected)} kernels run, the best for this processor.")
            : Finding.Warning("kernels", "The plain C# kernels run: there are no faster ones for this processor yet, and they are several times slower.",
                "Keep to small models, such as the built-in seedling, or use a machine with AVX2 (x64).");
    }

    /// <param name="threads">The setting; null is "auto".</param>
    public static Finding Threads(int? threads, int processors, int cores) => threads > processors
        ? Finding.Warning("threads", $"There are {threads} compute threads for {Count(processors, "processor")}, so they wait for one another.",
            $"Set threads to \"auto\" or to {processors} at most.")
        : Finding.Ok("threads", $"{Count(threads ?? EngineOptions.DefaultThreads(cores), "compute thread")} on {Count(processors, "processor")}"
            + (cores < processors ? $" of {Count(cores, "core")}." : "."));

    /// <param name="models">What the configured models take.</param>
    public static Finding Memory(IReadOnlyList<ModelMemory> models, long available, long total)
    {
        var needed = ModelMemory.Sum(models);
        var text = $"{ModelMemory.Size(available)} of {ModelMemory.Size(total)} are available, and the models take up to {ModelMemory.Size(needed)}";
        return needed <= available ? Finding.Ok("memory", text + ".")
            : Finding.Warning("memory", text + ": they will be slow.",
                "Use a smaller model or quantisation, set cache.maxMegabytes, or end other programs.");
    }

    static string Name(InstructionSet set) => set switch
    {
        InstructionSet.Scalar => "plain C#",
        InstructionSet.AdvSimd => "AdvSimd",
        InstructionSet.Avx2 => "AVX2",
        _ => "AVX-512",
    };

    static string Count(int number, string what) => number == 1 ? $"1 {what}" : $"{number} {what}s";
}
