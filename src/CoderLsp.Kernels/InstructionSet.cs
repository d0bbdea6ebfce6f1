using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace CoderLsp.Kernels;

/// <summary>The families of kernels, worst first.</summary>
public enum InstructionSet
{
    /// <summary>Plain C#: what the others are checked against, and what runs where nothing else does.</summary>
    Scalar,

    /// <summary>128-bit vectors of Arm with dot products of bytes (Dp).</summary>
    AdvSimd,

    /// <summary>256-bit vectors with fused multiply-add.</summary>
    Avx2,

    /// <summary>512-bit vectors with operations on bytes and words (F, BW, DQ, VL).</summary>
    Avx512,
}

/// <summary>What this machine has.</summary>
public static class InstructionSets
{
    /// <summary>Whether this machine can run kernels of <paramref name="set"/>.</summary>
    public static bool IsSupported(InstructionSet set) => set switch
    {
        InstructionSet.Scalar => true,
        InstructionSet.AdvSimd => AdvSimd.Arm64.IsSupported && Dp.IsSupported,
        InstructionSet.Avx2 => Avx2.IsSupported && Fma.IsSupported,
        _ => Avx512BW.IsSupported && Avx512DQ.IsSupported && Avx512BW.VL.IsSupported,
    };

    /// <summary>The best set this machine has.</summary>
    public static InstructionSet Best => Enum.GetValues<InstructionSet>().Last(IsSupported);

    /// <summary>The set whose kernels run: the best this machine has, or the one that <c>CODERLSP_ISA</c> names.</summary>
    /// <exception cref="NotSupportedException"><c>CODERLSP_ISA</c> names a set that does not exist or that the machine lacks.</exception>
    public static InstructionSet Selected => Choice.Value;

    // Lazy, so that a wrong value is this exception wherever it is first asked for, and not one about a type initializer.
    static readonly Lazy<InstructionSet> Choice = new(() => Select(Environment.GetEnvironmentVariable("CODERLSP_ISA")));

    internal static InstructionSet Select(string? forced)
    {
        if (string.IsNullOrEmpty(forced)) return Best;
        if (!Enum.TryParse<InstructionSet>(forced, ignoreCase: true, out var set) || !Enum.IsDefined(set))
            throw new NotSupportedException(
                $"CODERLSP_ISA is \"{forced}\", which names no kernels; use one of {string.Join(", ", Enum.GetNames<InstructionSet>()).ToLowerInvariant()}.");
        return IsSupported(set) ? set
            : throw new NotSupportedException($"CODERLSP_ISA is \"{forced}\", which this machine's processor cannot run; leave it unset.");
    }
}
