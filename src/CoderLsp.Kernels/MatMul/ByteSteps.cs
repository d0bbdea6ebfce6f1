using System.Runtime.CompilerServices;

namespace CoderLsp.Kernels.MatMul;

/// <summary>
/// The inner step of tiles of unsigned bytes: 4 columns of two vectors of rows (a and b) meet 4 tokens, and sums are kept as words. It is 8 pmaddubsw, 8 additions
/// and 6 loads; as a loop, counting and moving five pointers would be another quarter of the instructions, so steps are written out.
/// </summary>
static unsafe class ByteSteps<V, TLanes> where V : struct where TLanes : struct, ILanes<V>
{
    /// <summary>The sums of so many steps, a constant (1, 2, 4 or 8); the first one needs no addition.</summary>
    /// <param name="w">For each step: 4 columns of the rows of a, then of b.</param>
    /// <param name="x0">The first token's values; the other tokens' follow.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Multiply(
        int steps, byte* w, sbyte* x0, sbyte* x1, sbyte* x2, sbyte* x3,
        out V a0, out V a1, out V a2, out V a3, out V b0, out V b1, out V b2, out V b3)
    {
        V wa = TLanes.Load(w), wb = TLanes.Load(w + 4 * TLanes.Count), x = TLanes.Broadcast(x0);
        a0 = TLanes.MultiplyBytes(wa, x);
        b0 = TLanes.MultiplyBytes(wb, x);
        x = TLanes.Broadcast(x1);
        a1 = TLanes.MultiplyBytes(wa, x);
        b1 = TLanes.MultiplyBytes(wb, x);
        x = TLanes.Broadcast(x2);
        a2 = TLanes.MultiplyBytes(wa, x);
        b2 = TLanes.MultiplyBytes(wb, x);
        x = TLanes.Broadcast(x3);
        a3 = TLanes.MultiplyBytes(wa, x);
        b3 = TLanes.MultiplyBytes(wb, x);
        if (steps > 1) Add(1, w, x0, x1, x2, x3, ref a0, ref a1, ref a2, ref a3, ref b0, ref b1, ref b2, ref b3);
        if (steps > 2)
        {
            Add(2, w, x0, x1, x2, x3, ref a0, ref a1, ref a2, ref a3, ref b0, ref b1, ref b2, ref b3);
            Add(3, w, x0, x1, x2, x3, ref a0, ref a1, ref a2, ref a3, ref b0, ref b1, ref b2, ref b3);
        }

        if (steps > 4)
        {
            Add(4, w, x0, x1, x2, x3, ref a0, ref a1, ref a2, ref a3, ref b0, ref b1, ref b2, ref b3);
            Add(5, w, x0, x1, x2, x3, ref a0, ref a1, ref a2, ref a3, ref b0, ref b1, ref b2, ref b3);
            Add(6, w, x0, x1, x2, x3, ref a0, ref a1, ref a2, ref a3, ref b0, ref b1, ref b2, ref b3);
            Add(7, w, x0, x1, x2, x3, ref a0, ref a1, ref a2, ref a3, ref b0, ref b1, ref b2, ref b3);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Add(
        int step, byte* w, sbyte* x0, sbyte* x1, sbyte* x2, sbyte* x3,
        ref V a0, ref V a1, ref V a2, ref V a3, ref V b0, ref V b1, ref V b2, ref V b3)
    {
        V wa = TLanes.Load(w + 8 * TLanes.Count * step), wb = TLanes.Load(w + 8 * TLanes.Count * step + 4 * TLanes.Count), x = TLanes.Broadcast(x0 + 4 * step);
        a0 = TLanes.AddWords(a0, TLanes.MultiplyBytes(wa, x));
        b0 = TLanes.AddWords(b0, TLanes.MultiplyBytes(wb, x));
        x = TLanes.Broadcast(x1 + 4 * step);
        a1 = TLanes.AddWords(a1, TLanes.MultiplyBytes(wa, x));
        b1 = TLanes.AddWords(b1, TLanes.MultiplyBytes(wb, x));
        x = TLanes.Broadcast(x2 + 4 * step);
        a2 = TLanes.AddWords(a2, TLanes.MultiplyBytes(wa, x));
        b2 = TLanes.AddWords(b2, TLanes.MultiplyBytes(wb, x));
        x = TLanes.Broadcast(x3 + 4 * step);
        a3 = TLanes.AddWords(a3, TLanes.MultiplyBytes(wa, x));
        b3 = TLanes.AddWords(b3, TLanes.MultiplyBytes(wb, x));
    }
}
