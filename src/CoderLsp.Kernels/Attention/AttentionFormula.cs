namespace CoderLsp.Kernels.Attention;

/// <summary>The scalar twin: the formula, in two passes over what the pages hold. Items are queries, head by head.</summary>
unsafe struct AttentionFormula(AttentionWork work) : IParallelJob
{
    readonly AttentionWork _work = work;

    public readonly void Execute(int worker, int first, int last)
    {
        for (var item = first; item < last; item++) Query(item / _work.QueriesOfHead, item % _work.QueriesOfHead);
    }

    readonly void Query(int head, int index)
    {
        var positions = _work.Visible(index);
        float* query = _work.Query(head, index), result = _work.Result(head, index);
        var max = float.NegativeInfinity;
        for (var p = 0; p < positions; p++) max = Math.Max(max, Score(query, head, p));
        new Span<float>(result, _work.Layout.ValueSize).Clear();
        var sum = 0f;
        for (var p = 0; p < positions; p++)
        {
            var weight = MathF.Exp(Score(query, head, p) - max);
            sum += weight;
            var values = _work.Pages[p / KvLayout.PageTokens] + _work.Layout.Values(_work.Layer, head);
            for (var i = 0; i < _work.Layout.ValueSize; i++) result[i] += weight * _work.Layout.Value(values, p % KvLayout.PageTokens, i);
        }

        for (var i = 0; i < _work.Layout.ValueSize; i++) result[i] /= sum;
    }

    readonly float Score(float* query, int head, int position)
    {
        var keys = _work.Pages[position / KvLayout.PageTokens] + _work.Layout.Keys(_work.Layer, head);
        var dot = 0f;
        for (var i = 0; i < _work.Layout.KeySize; i++) dot += query[i] * _work.Layout.Key(keys, position % KvLayout.PageTokens, i);
        return dot * _work.Scale;
    }
}
