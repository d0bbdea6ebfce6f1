namespace CoderLsp.Inference.Gguf;

/// <summary>Brings a mapped file's weights into memory.</summary>
public static class WeightPages
{
    // The smallest page of the platforms; touching a page twice costs nothing.
    const int PageBytes = 4096;

    /// <summary>Reads a byte of every page, and reports how much is through, 0 to 100, at each whole percent.</summary>
    /// <exception cref="OperationCanceledException">Cancelled between pieces.</exception>
    public static unsafe void Touch(GgufFile file, Action<int> progress, CancellationToken cancellation)
    {
        var total = Math.Max(1, file.Tensors.Sum(tensor => tensor.ByteLength));
        var (done, percent, sum) = (0L, 0, 0);
        progress(0);
        foreach (var tensor in file.Tensors)
            for (var offset = 0L; offset < tensor.ByteLength; offset += PageBytes)
            {
                sum += *((byte*)tensor.Data + offset);
                done += Math.Min(PageBytes, tensor.ByteLength - offset);
                if (done * 100 / total == percent) continue;
                percent = (int)(done * 100 / total);
                cancellation.ThrowIfCancellationRequested();
                progress(percent);
            }

        GC.KeepAlive(sum); // so that the reads are not left out
    }
}
