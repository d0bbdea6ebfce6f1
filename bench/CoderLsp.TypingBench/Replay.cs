using CoderLsp.Bench;

namespace CoderLsp.TypingBench;

/// <summary>A key and what came of it.</summary>
/// <param name="Answer">Null: the next key was faster.</param>
readonly record struct Keystroke(Act Act, Answer? Answer);

/// <summary>What was seen of a server while files were typed.</summary>
sealed class Recording(string server)
{
    public string Server => server;
    public List<Keystroke> Keystrokes { get; } = [];
    public int Characters { get; set; }
    public int Keys { get; set; }
    public TimeSpan Processor { get; set; }
    public Origins Origins { get; set; }
}

/// <summary>Types files into a server's document.</summary>
/// <param name="keys">Most keystrokes in a file.</param>
/// <param name="accepts">Whether suggestions are taken: those of random weights are not.</param>
/// <param name="human">Whether keys come by a human's clock; else each waits for the answer to the one before.</param>
sealed class Replay(ICompletionServer server, int keys, int seed, bool accepts, bool human)
{
    // Between two keys: log-normal.
    const double MedianDelay = 0.150, Sigma = 0.5;

    readonly List<Task> _overtaken = [];

    public Recording Recording { get; } = new(server.Name);

    /// <exception cref="InvalidDataException">Typed to the end, the file is not what the commit made of it.</exception>
    public async Task TypeAsync(Trace trace, CancellationToken cancellation)
    {
        var (before, origins) = (ProcessorTime.Of(server.ProcessId), await server.OriginsAsync(cancellation));
        var (typist, delays) = (new Typist(trace, seed), new Random(seed));
        await server.OpenAsync(trace, cancellation);
        var shown = "";
        for (var count = 0; count < keys && !typist.IsDone; count++)
        {
            var (act, change) = typist.Next(accepts ? shown : "");
            if (act == Act.Accept) await server.AcceptedAsync(cancellation);
            var pending = server.AskAsync(typist, change, cancellation);
            var answer = human ? await WithinAsync(pending, Delay(delays), cancellation) : await pending;
            Recording.Keystrokes.Add(new(act, answer));
            shown = answer?.Text ?? "";
        }

        if (typist.IsDone && !typist.IsRight) throw new InvalidDataException($"{trace.Path} is not what it should have become.");
        await Task.WhenAll(_overtaken);
        _overtaken.Clear();
        await server.CloseAsync(cancellation);
        Recording.Characters += typist.Characters;
        Recording.Keys += typist.Keys;
        Recording.Processor += ProcessorTime.Of(server.ProcessId) - before;
        Recording.Origins += await server.OriginsAsync(cancellation) - origins;
    }

    /// <summary>The answer, if it is there when the next key comes.</summary>
    async Task<Answer?> WithinAsync(Task<Answer> pending, TimeSpan delay, CancellationToken cancellation)
    {
        await Task.Delay(delay, cancellation);
        if (pending.IsCompleted) return await pending;
        _overtaken.Add(pending);
        return null;
    }

    static TimeSpan Delay(Random random)
    {
        var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()); // Box and Muller
        return TimeSpan.FromSeconds(MedianDelay * Math.Exp(Sigma * normal));
    }
}
