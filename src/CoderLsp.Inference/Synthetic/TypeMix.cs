using CoderLsp.Kernels;
using static CoderLsp.Kernels.TensorType;

namespace CoderLsp.Inference.Synthetic;

/// <summary>Which tensor gets which type in a published quantisation, by llama.cpp's rules for the <c>llama</c> architecture.</summary>
/// <param name="FileType">The number of <c>general.file_type</c>.</param>
/// <param name="Most">All matrices that nothing else is said about.</param>
/// <param name="Output">The output matrix.</param>
/// <param name="Embedding">Where it is another: <c>token_embd</c>.</param>
/// <param name="AttentionOutput">Where it is another: <c>attn_output</c>.</param>
/// <param name="ValueOf">Where it is another: <c>attn_v</c> of (layer, layers).</param>
/// <param name="DownOf">Where it is another: <c>ffn_down</c> of (layer, layers).</param>
sealed record TypeMix(
    string Name, uint FileType, TensorType Most, TensorType Output,
    TensorType? AttentionOutput = null, Func<int, int, TensorType>? ValueOf = null, Func<int, int, TensorType>? DownOf = null,
    TensorType? Embedding = null)
{
    public static IReadOnlyList<TypeMix> All { get; } =
    [
        new("F16", 1, F16, F16),
        new("Q4_0", 2, Q4_0, Q6_K),
        new("Q4_1", 3, Q4_1, Q6_K),
        new("Q8_0", 7, Q8_0, Q8_0),
        new("Q5_0", 8, Q5_0, Q6_K),
        new("Q5_1", 9, Q5_1, Q6_K),
        new("Q2_K", 10, Q2_K, Q6_K, Q3_K, (_, _) => Q3_K, (_, _) => Q3_K),
        new("Q3_K_S", 11, Q3_K, Q6_K),
        new("Q3_K_M", 12, Q3_K, Q6_K, Q4_K, (layer, _) => layer < 2 ? Q5_K : Q4_K, (layer, layers) => layer < layers / 16 ? Q5_K : Q4_K),
        new("Q3_K_L", 13, Q3_K, Q6_K, Q5_K, (_, _) => Q5_K, (_, _) => Q5_K),
        new("Q4_K_S", 14, Q4_K, Q6_K, null, (layer, _) => layer < 4 ? Q5_K : Q4_K, (layer, layers) => layer < layers / 8 ? Q5_K : Q4_K),
        new("Q4_K_M", 15, Q4_K, Q6_K, null, RaisedFrom(Q4_K), RaisedFrom(Q4_K)),
        new("Q5_K_S", 16, Q5_K, Q6_K),
        new("Q5_K_M", 17, Q5_K, Q6_K, null, RaisedFrom(Q5_K), RaisedFrom(Q5_K)),
        new("Q6_K", 18, Q6_K, Q6_K),
        new("IQ2_XS", 20, IQ2_XS, Q5_K, null, (_, _) => Q2_K, (layer, layers) => layer < layers / 8 ? Q2_K : IQ2_XS, Embedding: Q2_K),
        new("IQ4_NL", 25, IQ4_NL, Q6_K),
        new("IQ4_XS", 30, IQ4_XS, Q6_K),
    ];

    public TensorType Value(int layer, int layers) => ValueOf?.Invoke(layer, layers) ?? Most;

    public TensorType Down(int layer, int layers) => DownOf?.Invoke(layer, layers) ?? Most;

    /// <summary>What a type becomes when rows of <paramref name="columns"/> values are not whole blocks of it.</summary>
    public static TensorType Fitting(TensorType type, long columns) => columns % BlockLayouts.Of(type).BlockSize == 0 ? type : type switch
    {
        Q2_K or Q3_K => Q4_0,
        Q4_K => Q5_0,
        Q5_K => Q5_1,
        Q6_K => Q8_0,
        IQ2_XS or IQ4_XS => IQ4_NL,
        _ => F16,
    };

    // To Q6_K: the first and the last eighth of the layers, and every third one between.
    static Func<int, int, TensorType> RaisedFrom(TensorType type) => (layer, layers) =>
        layer < layers / 8 || layer >= 7 * layers / 8 || (layer - layers / 8) % 3 == 2 ? Q6_K : type;
}
