namespace CoderLsp.Kernels.Attention;

/// <summary>What attention does with one head's part of a page, as the page holds it. Needs vectors: any set but the scalar one.</summary>
unsafe interface IPageKernel
{
    /// <summary>Bytes of a query in the form that <see cref="AddScores"/> takes.</summary>
    static abstract int QueryBytes(in KvLayout layout);

    /// <summary>Bytes that a thread needs for itself.</summary>
    static abstract int ScratchBytes(in KvLayout layout);

    /// <summary>Brings query · <paramref name="scale"/> into that form.</summary>
    static abstract void Prepare(in KvLayout layout, float* query, float scale, byte* prepared);

    /// <summary>Scores of all the page's positions, seen or not.</summary>
    /// <param name="keys">The head's in the page.</param>
    /// <param name="ahead">From them to those that will be read next, which are asked for meanwhile.</param>
    /// <param name="queries">Prepared ones.</param>
    /// <param name="scores">(count, 32).</param>
    static abstract void Scores(in KvLayout layout, byte* keys, nint ahead, byte* queries, int count, float* scores, byte* scratch);

    /// <summary>results += weights · values.</summary>
    /// <param name="values">The head's in the page.</param>
    /// <param name="ahead">From them to those that will be read next, which are asked for meanwhile.</param>
    /// <param name="weights">(count, 32); 0 for positions that are not seen.</param>
    /// <param name="results">(count, <see cref="KvLayout.ResultStride"/>).</param>
    static abstract void AddValues(in KvLayout layout, byte* values, nint ahead, float* weights, int count, float* results, byte* scratch);
}
