using CoderLsp.Inference.Gguf;
using CoderLsp.Kernels;

namespace CoderLsp.Models;

/// <summary>A published mix of tensor types.</summary>
/// <param name="Name">Such as <c>Q4_K_M</c>.</param>
/// <param name="Advice">What the cards of published files say of its size and quality, in few words.</param>
sealed record FileType(string Name, string Advice);

/// <summary>The mixes that files are published in. The advice sums up the tables in the cards of TheBloke's and bartowski's files.</summary>
static class FileTypes
{
    const string Unquantised = "not quantised: the model's own quality, large and slow";

    static readonly FileType Q2_K_L = new("Q2_K_L", "very low quality, embedding and output exact: better than Q2_K");
    static readonly FileType Q3_K_XL = new("Q3_K_XL", "lower quality but usable, embedding and output exact: for little memory");

    /// <summary>The mix of a file by its <c>general.file_type</c> (llama.cpp's <c>llama_ftype</c>); null where it does not say, or a number without a name.</summary>
    public static FileType? Of(GgufFile file)
    {
        var number = file.Metadata.TryGetInt32("general.file_type");
        return number switch
        {
            // The number says nothing of the embedding and the output, which these mixes leave as they are.
            10 when KeepsEnds(file) => Q2_K_L,
            13 when KeepsEnds(file) => Q3_K_XL,
            _ => Of(number),
        };
    }

    static bool KeepsEnds(GgufFile file) => IsExact(file.Find("token_embd.weight")) && (file.Find("output.weight") is not { } output || IsExact(output));

    static bool IsExact(GgufTensor? tensor) => tensor?.Type is TensorType.F16 or TensorType.BF16 or TensorType.F32;

    static FileType? Of(int? number) => number switch
    {
        0 => new("F32", Unquantised),
        1 => new("F16", Unquantised),
        2 => new("Q4_0", "older kind, noticeable quality loss: prefer Q4_K_M"),
        3 => new("Q4_1", "older kind, a little better than Q4_0: prefer Q4_K_M"),
        7 => new("Q8_0", "hardly any quality loss, large: more than is needed"),
        8 => new("Q5_0", "older kind, balanced: prefer Q5_K_M or Q4_K_M"),
        9 => new("Q5_1", "older kind, balanced: prefer Q5_K_M"),
        10 => new("Q2_K", "smallest, significant quality loss: not recommended for most purposes"),
        11 => new("Q3_K_S", "very small, high quality loss"),
        12 => new("Q3_K_M", "very small, high quality loss"),
        13 => new("Q3_K_L", "small, substantial quality loss"),
        14 => new("Q4_K_S", "small, greater quality loss than Q4_K_M"),
        15 => new("Q4_K_M", "medium size, balanced quality: recommended"),
        16 => new("Q5_K_S", "large, low quality loss: recommended"),
        17 => new("Q5_K_M", "large, very low quality loss: recommended"),
        18 => new("Q6_K", "very large, extremely low quality loss"),
        19 => new("IQ2_XXS", "very low quality, barely usable"),
        20 => new("IQ2_XS", "low quality, but usable for its size"),
        21 => new("Q2_K_S", "smaller than Q2_K, very low quality: not recommended"),
        22 => new("IQ3_XS", "lower quality, slightly better than Q3_K_S"),
        23 => new("IQ3_XXS", "lower quality, comparable to Q3_K_S and smaller"),
        24 => new("IQ1_S", "extremely low quality: not recommended"),
        25 => new("IQ4_NL", "decent quality, about that of IQ4_XS and a little larger"),
        26 => new("IQ3_S", "lower quality, better than Q3_K_S at its size"),
        27 => new("IQ3_M", "medium-low quality, comparable to Q3_K_M"),
        28 => new("IQ2_S", "low quality, but usable for its size"),
        29 => new("IQ2_M", "fairly low quality, but surprisingly usable"),
        30 => new("IQ4_XS", "decent quality, smaller than Q4_K_S: recommended"),
        31 => new("IQ1_M", "extremely low quality: not recommended"),
        32 => new("BF16", Unquantised),
        _ => null,
    };
}
