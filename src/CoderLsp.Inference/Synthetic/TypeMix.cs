using CoderLsp.Kernels;
using static CoderLsp.Kernels.TensorType;

namespace CoderLsp.Inference.Synthetic;

/// <summary>Which tensor gets which type in a published quantisation, by llama.cpp's rules for the <c>llama</c> architecture.</summary>
/// <param name="FileType">The number of <c>general.file_type</c>.</param>
/// <param name="Most">All matrices that nothing else is said about.</param>
/// <param name="Output">The output matrix.</param>
/// <param name="Raised">The better type of some layers' matrices.</param>
/// <param name="RaiseValue">Whether <c>attn_v</c> of (layer, layers) is raised.</param>
/// <param name="RaiseDown">Whether <c>ffn_down</c> of (layer, layers) is raised.</param>
sealed record TypeMix(
    string Name, uint FileType, TensorType Most, TensorType Output,
    TensorType Raised = F32, Func<int, int, bool>? RaiseValue = null, Func<int, int, bool>? RaiseDown = null)
{
    public static IReadOnlyList<TypeMix> All { get; } =
    [
        new("F16", 1, F16, F16),
        new("Q4_0", 2, Q4_0, Q6_K),
        new("Q4_1", 3, Q4_1, Q6_K),
        new("Q8_0", 7, Q8_0, Q8_0),
        new("Q5_0", 8, Q5_0, Q6_K),
        new("Q5_1", 9, Q5_1, Q6_K),
        new("Q4_K_S", 14, Q4_K, Q6_K, Q5_K, (layer, _) => layer < 4, (layer, layers) => layer < layers / 8),
        new("Q4_K_M", 15, Q4_K, Q6_K, Q6_K, UsesMoreBits, UsesMoreBits),
        new("Q5_K_S", 16, Q5_K, Q6_K),
        new("Q5_K_M", 17, Q5_K, Q6_K, Q6_K, UsesMoreBits, UsesMoreBits),
        new("Q6_K", 18, Q6_K, Q6_K),
    ];

    public TensorType Value(int layer, int layers) => RaiseValue?.Invoke(layer, layers) == true ? Raised : Most;

    public TensorType Down(int layer, int layers) => RaiseDown?.Invoke(layer, layers) == true ? Raised : Most;

    /// <summary>What a type becomes when rows of <paramref name="columns"/> values are not whole blocks of it.</summary>
    public static TensorType Fitting(TensorType type, long columns) => columns % BlockLayouts.Of(type).BlockSize == 0 ? type : type switch
    {
        Q4_K => Q5_0,
        Q5_K => Q5_1,
        Q6_K => Q8_0,
        _ => F16,
    };

    // The first and the last eighth of the layers, and every third one between.
    static bool UsesMoreBits(int layer, int layers) =>
        layer < layers / 8 || layer >= 7 * layers / 8 || (layer - layers / 8) % 3 == 2;
}
