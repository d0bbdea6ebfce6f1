namespace CoderLsp.Kernels.Attention;

/// <summary>How keys and values are kept.</summary>
public enum KvType
{
    /// <summary>8 bits, with a scale for 32 values of a position (<see cref="Int8Block"/>).</summary>
    Q8,

    /// <summary>Half precision.</summary>
    F16,
}
