namespace CoderLsp.Inference.Tokenization.PreTokenization;

/// <summary>A text cut into pieces: where each ends. Each begins where the one before it ends.</summary>
sealed class PieceList
{
    int[] _ends = new int[256], _before = new int[256];
    int _count;

    public ReadOnlySpan<int> Ends => _ends.AsSpan(0, _count);

    public int Capacity => Math.Max(_ends.Length, _before.Length);

    /// <summary>One piece: the whole text.</summary>
    public void Reset(int length)
    {
        _count = 0;
        Add(length);
    }

    /// <summary>Ends a piece; does nothing if it would be empty.</summary>
    public void Add(int end)
    {
        if (end == (_count == 0 ? 0 : _ends[_count - 1])) return;
        if (_count == _ends.Length) Array.Resize(ref _ends, 2 * _count);
        _ends[_count++] = end;
    }

    /// <summary>Empties the list, to be filled anew, and returns the pieces that it held; valid until the next call.</summary>
    public ReadOnlySpan<int> Restart()
    {
        var held = Ends;
        (_ends, _before) = (_before, _ends);
        _count = 0;
        return held;
    }
}
