namespace CoderLsp.Inference.Tokenization;

/// <summary>Many short byte strings in one array: a vocabulary of 150,000 tokens without 150,000 objects.</summary>
sealed class ByteStrings
{
    readonly byte[] _bytes;
    readonly int[] _starts;

    ByteStrings(byte[] bytes, int[] starts) => (_bytes, _starts) = (bytes, starts);

    public int Count => _starts.Length - 1;

    public ReadOnlySpan<byte> this[int index] => _bytes.AsSpan(_starts[index].._starts[index + 1]);

    /// <summary>Collects strings; <see cref="Build"/> ends it.</summary>
    /// <param name="count">How many will be added.</param>
    public sealed class Builder(int count)
    {
        readonly int[] _starts = new int[count + 1];
        byte[] _bytes = new byte[Math.Max(16, 8 * count)];
        int _count, _length;

        public void Add(ReadOnlySpan<byte> value)
        {
            value.CopyTo(Reserve(value.Length));
            Advance(value.Length);
        }

        /// <summary>Room for a string of at most <paramref name="length"/> bytes, which <see cref="Advance"/> then adds.</summary>
        public Span<byte> Reserve(int length)
        {
            if (length > _bytes.Length - _length) Array.Resize(ref _bytes, Math.Max(checked(_length + length), 2 * _bytes.Length));
            return _bytes.AsSpan(_length);
        }

        public void Advance(int length)
        {
            _length += length;
            _starts[++_count] = _length;
        }

        public ByteStrings Build() =>
            _count == _starts.Length - 1 ? new(_bytes, _starts) : throw new InvalidOperationException("Strings are missing.");
    }
}
