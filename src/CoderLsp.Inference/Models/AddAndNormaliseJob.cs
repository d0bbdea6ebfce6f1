using CoderLsp.Kernels;
using CoderLsp.Kernels.Elementwise;

namespace CoderLsp.Inference.Models;

/// <summary>x += change + bias, y = norm(x), for each token: the end of one block of a layer and the start of the next in one loop.</summary>
unsafe struct AddAndNormaliseJob : IParallelJob
{
    /// <summary>(tokens, width): the residual stream.</summary>
    public float* Stream;

    /// <summary>(tokens, width), or null for none.</summary>
    public float* Change;

    /// <summary>(width), or null for none.</summary>
    public float* ChangeBias;

    /// <summary>(width) each; no bias for normalisation by the root mean square.</summary>
    public float* Gain, NormBias;

    /// <summary>(tokens, width).</summary>
    public float* Output;
    public int Width;
    public float Epsilon;

    public readonly void Execute(int worker, int first, int last)
    {
        for (var t = first; t < last; t++)
        {
            var at = (long)t * Width;
            if (Change != null) Sums.Add(Stream + at, Change + at, Width);
            if (Change != null && ChangeBias != null) Sums.Add(Stream + at, ChangeBias, Width);
            if (NormBias != null) LayerNorm.Apply(Stream + at, Gain, NormBias, Output + at, Width, Epsilon);
            else RmsNorm.Apply(Stream + at, Gain, Output + at, Width, Epsilon);
        }
    }
}
