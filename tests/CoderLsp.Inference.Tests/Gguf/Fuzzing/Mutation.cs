using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;

namespace CoderLsp.Inference.Tests.Gguf.Fuzzing;

/// <summary>A change of one field of a file, independent of which file it is.</summary>
/// <param name="Kind">So that a vocabulary of many strings does not keep the few other fields from being changed.</param>
/// <param name="Index">Of the field among those of the kind.</param>
/// <param name="How">Which of the ways of changing a number.</param>
/// <param name="Random">What some of the ways are made of.</param>
readonly record struct Mutation(FieldKind Kind, int Index, int How, ulong Random)
{
    const int Ways = 16;

    // Half of all are of the numbers that say what the model is like: heads, experts, layers, special tokens.
    static readonly Gen<FieldKind> Kinds = Gen.OneOf(Gen.Constant(FieldKind.Number), Gen.Elements(Enum.GetValues<FieldKind>()));

    static readonly Gen<Mutation> One =
        from kind in Kinds
        from index in Gen.Choose(0, int.MaxValue - 1)
        from how in Gen.Choose(0, Ways - 1)
        from low in Gen.Choose(int.MinValue, int.MaxValue - 1)
        from high in Gen.Choose(int.MinValue, int.MaxValue - 1)
        select new Mutation(kind, index, how, (ulong)(uint)high << 32 | (uint)low);

    /// <summary>One to three changes; what fails is told with the fewest that still fail.</summary>
    public static Arbitrary<Mutation[]> Some { get; } = Arb.From(
        Gen.Choose(1, 3).SelectMany(count => One.ArrayOf(count)),
        several => several.Length < 2 ? [] : several.Select((_, i) => several.Where((_, j) => j != i).ToArray()));

    /// <summary>Where to write what.</summary>
    public (int At, byte[] Bytes) Patch(ReadOnlySpan<byte> file, IReadOnlyDictionary<FieldKind, Field[]> fields)
    {
        if (!fields.TryGetValue(Kind, out var all)) return (0, []);
        var field = all[Index % all.Length];
        if (field.Size == 0) return (0, []);
        if (Kind is FieldKind.Key or FieldKind.Text or FieldKind.Name or FieldKind.Data or FieldKind.Magic)
            return (field.At + (int)(Random % (ulong)field.Size), [How < 4 ? (byte)0xFF : (byte)(Random >> 32)]);

        Span<byte> number = stackalloc byte[8];
        file.Slice(field.At, field.Size).CopyTo(number);
        var other = all[(int)(Random % (ulong)all.Length)];
        BinaryPrimitives.WriteUInt64LittleEndian(number, Change(BinaryPrimitives.ReadUInt64LittleEndian(number), 8 * field.Size, file.Slice(other.At, other.Size)));
        return (field.At, number[..field.Size].ToArray());
    }

    // The ways that errors in such readers were found by: bounds, signs, sums and products that wrap, numbers of another field.
    ulong Change(ulong old, int bits, ReadOnlySpan<byte> other) => How switch
    {
        0 => 0,
        1 => 1,
        2 => ulong.MaxValue,
        3 => 1ul << bits - 1,
        4 => (1ul << bits - 1) - 1,
        5 => old + 1,
        6 => old - 1,
        7 => old * 2,
        8 => old / 2,
        9 => old ^ 1ul << (int)(Random % (ulong)bits),
        10 => Random,
        11 => Random % 64,
        12 => old + (1ul << 32) * (Random % 16),
        13 => old + (1ul << 58 + (int)(Random % 6)), // times a size of 1 to 32 bytes this is the same modulo 2^64
        14 => other.Length == 8 ? BinaryPrimitives.ReadUInt64LittleEndian(other) : other[0],
        _ => old * (Random % 1024),
    };
}
