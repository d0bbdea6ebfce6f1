namespace CoderLsp.Kernels.Attention;

/// <summary>A vector for each token and head, at any distances.</summary>
/// <param name="tokenStride">Floats from one token's to the next one's.</param>
/// <param name="headStride">Floats from one head's to the next one's.</param>
public readonly unsafe struct HeadRows(float* data, long tokenStride, long headStride)
{
    readonly float* _data = data;
    readonly long _tokenStride = tokenStride, _headStride = headStride;

    /// <summary>(tokens, heads, size), one behind the other.</summary>
    public static HeadRows ByToken(float* data, int heads, int size) => new(data, (long)heads * size, size);

    /// <summary>(heads, tokens, size), one behind the other.</summary>
    public static HeadRows ByHead(float* data, int tokens, int size) => new(data, size, (long)tokens * size);

    public float* this[int token, int head] => _data + token * _tokenStride + head * _headStride;
}
