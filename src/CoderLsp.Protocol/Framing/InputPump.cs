using System.IO.Pipelines;

namespace CoderLsp.Protocol.Framing;

/// <summary>
/// Reads a stream on a thread of its own. Standard input cannot be read asynchronously: a pending read would hold a thread of the
/// pool for as long as the editor is silent, and could not be abandoned when the server ends.
/// </summary>
static class InputPump
{
    const int ChunkBytes = 64 * 1024;

    public static PipeReader Start(Stream input)
    {
        var pipe = new Pipe();
        var thread = new Thread(() => Pump(input, pipe.Writer)) { Name = "LSP reader", IsBackground = true };
        thread.Start();
        return pipe.Reader;
    }

    static void Pump(Stream input, PipeWriter writer)
    {
        try
        {
            while (true)
            {
                var read = input.Read(writer.GetSpan(ChunkBytes));
                if (read == 0) break;
                writer.Advance(read);
                // Waits while the reader is behind: this thread has nothing else to do.
                if (writer.FlushAsync().AsTask().GetAwaiter().GetResult().IsCompleted) break;
            }
            writer.Complete();
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            writer.Complete(error);
        }
    }
}
