namespace CoderLsp.Kernels.MatMul;

/// <summary>
/// The input of matrix products for a batch of tokens: written as float32, rounded once for each kind of weights that reads it (Q, K and V
/// share one rounding, as do gate and up). Fine ones are rounded twice, the second time what the first left over, so that they have some 15
/// bits in place of 8: rows 2t and 2t + 1 of the rounded batch are token t's, and <see cref="MatMul"/> adds what they give.
/// </summary>
public sealed unsafe class Activations : IDisposable
{
    // Tiles of 4 tokens read whole: there are rows beyond the batch, whatever they hold.
    const int TokenPadding = 4;

    readonly NativeBuffer<float> _values = new();
    readonly Rounded _by32 = new(32), _by256 = new(256);
    readonly RoundedToWords _words = new();

    /// <summary>Values of a token.</summary>
    public int Columns { get; private set; }

    public int Tokens { get; private set; }

    public bool IsFine { get; private set; }

    /// <summary>(tokens, columns) float32, to be written before the products.</summary>
    public float* Values => _values.Data;

    /// <summary>Starts a new batch: the values are undefined until written.</summary>
    /// <param name="fine">Whether they are to be rounded to some 15 bits, which costs twice the time in products.</param>
    public void Begin(int tokens, int columns, bool fine = false)
    {
        IsFine = fine;
        Tokens = tokens;
        Columns = columns;
        _values.EnsureLength((long)(tokens + TokenPadding) * columns);
        _by32.Valid = _by256.Valid = _words.Valid = false;
    }

    /// <summary>Whether each token has two rows in the batch of this kind: bytes have 8 bits, words have enough as they are.</summary>
    internal bool HasPairs(ActivationKind kind) => IsFine && kind is ActivationKind.Int8By32 or ActivationKind.Int8By256;

    /// <summary>The batch, rounded as <paramref name="kind"/> says (once).</summary>
    internal ActivationBatch Get(ActivationKind kind, ComputePool pool) => new(HasPairs(kind) ? 2 * Tokens : Tokens, Columns, Values, kind switch
    {
        ActivationKind.Int8By32 => _by32.Get(this, pool),
        ActivationKind.Int8By256 => _by256.Get(this, pool),
        ActivationKind.Int16By32 => _words.Get(this, pool),
        _ => default,
    });

    public void Dispose()
    {
        _values.Dispose();
        _by32.Dispose();
        _by256.Dispose();
        _words.Dispose();
    }

    sealed class Rounded(int scaleBlock) : IDisposable
    {
        readonly NativeBuffer<sbyte> _values = new();
        readonly NativeBuffer<short> _partSums = new();
        readonly NativeBuffer<float> _scales = new(), _sums16 = new(), _sums32 = new(), _left = new();

        public bool Valid { get; set; }

        public QuantizedBatch Get(Activations source, ComputePool pool)
        {
            int tokens = source.Tokens, columns = source.Columns;
            if (!Valid)
            {
                long padded = (source.IsFine ? 2 * tokens : tokens) + TokenPadding;
                if (source.IsFine) _left.EnsureLength((long)tokens * columns);
                _values.EnsureLength(padded * columns);
                _scales.EnsureLength(padded * (columns / scaleBlock));
                _sums16.EnsureLength(padded * (columns / 16));
                _sums32.EnsureLength(padded * (columns / 32));
                _partSums.EnsureLength(padded * (columns / 16));
            }

            var batch = new QuantizedBatch(columns, scaleBlock, _values.Data, _scales.Data, _sums16.Data, _sums32.Data, _partSums.Data);
            if (!Valid)
            {
                var job = new RoundJob { Source = source.Values, Left = source.IsFine ? _left.Data : null, Batch = batch };
                pool.Run(ref job, tokens, Math.Max(1, tokens / (4 * pool.ThreadCount)));
                Valid = true;
            }

            return batch;
        }

        public void Dispose()
        {
            _values.Dispose();
            _scales.Dispose();
            _sums16.Dispose();
            _sums32.Dispose();
            _partSums.Dispose();
            _left.Dispose();
        }
    }

    sealed class RoundedToWords : IDisposable
    {
        readonly NativeBuffer<short> _values = new();
        readonly NativeBuffer<float> _scales = new();

        public bool Valid { get; set; }

        public QuantizedBatch Get(Activations source, ComputePool pool)
        {
            int tokens = source.Tokens, columns = source.Columns;
            if (!Valid)
            {
                _values.EnsureLength((long)(tokens + TokenPadding) * columns);
                _scales.EnsureLength((long)(tokens + TokenPadding) * (columns / 32));
                var job = new RoundToWordsJob { Source = source.Values, Values = _values.Data, Scales = _scales.Data, Columns = columns };
                pool.Run(ref job, tokens, Math.Max(1, tokens / (4 * pool.ThreadCount)));
                Valid = true;
            }

            return new(columns, _values.Data, _scales.Data);
        }

        public void Dispose()
        {
            _values.Dispose();
            _scales.Dispose();
        }
    }

    struct RoundToWordsJob : IParallelJob
    {
        public float* Source, Scales;
        public short* Values;
        public int Columns;

        public readonly void Execute(int worker, int first, int last)
        {
            for (var t = first; t < last; t++)
                ActivationRounding.RoundToWords(Source + (long)t * Columns, Columns, Values + (long)t * Columns, Scales + (long)t * (Columns / 32));
        }
    }

    struct RoundJob : IParallelJob
    {
        public float* Source;

        /// <summary>Room for as many values, of fine activations; else null.</summary>
        public float* Left;
        public QuantizedBatch Batch;

        public readonly void Execute(int worker, int first, int last)
        {
            for (var t = first; t < last; t++)
            {
                var source = Source + (long)t * Batch.Columns;
                if (Left == null)
                {
                    ActivationRounding.Round(source, Batch.Columns, Batch.ScaleBlock, Batch.Row(t));
                    continue;
                }

                var left = Left + (long)t * Batch.Columns;
                ActivationRounding.Round(source, Batch.Columns, Batch.ScaleBlock, Batch.Row(2 * t));
                ActivationRounding.Subtract(source, Batch.Columns, Batch.ScaleBlock, Batch.Row(2 * t), left);
                ActivationRounding.Round(left, Batch.Columns, Batch.ScaleBlock, Batch.Row(2 * t + 1));
            }
        }
    }
}
