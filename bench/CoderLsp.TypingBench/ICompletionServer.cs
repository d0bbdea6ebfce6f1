namespace CoderLsp.TypingBench;

/// <summary>What came for a cursor, and what it took where the server says so.</summary>
/// <param name="Text">What would be inserted there; empty for nothing.</param>
/// <param name="Time">From before the change was sent to the answer.</param>
readonly record struct Answer(string Text, TimeSpan Time, Cost? Cost);

/// <param name="Prompt">Tokens of the prompt.</param>
/// <param name="Computed">Of these, computed anew.</param>
/// <param name="FromMemory">Whether the suggestion was there already.</param>
readonly record struct Cost(int Prompt, int Computed, int Generated, bool FromMemory);

/// <summary>Where a server's suggestions came from, since its start.</summary>
/// <param name="Cancelled">Computations that were ended early.</param>
readonly record struct Origins(int Computed, int FromMemory, int Cancelled)
{
    public static Origins operator +(Origins a, Origins b) => new(a.Computed + b.Computed, a.FromMemory + b.FromMemory, a.Cancelled + b.Cancelled);

    public static Origins operator -(Origins a, Origins b) => new(a.Computed - b.Computed, a.FromMemory - b.FromMemory, a.Cancelled - b.Cancelled);
}

/// <summary>A process that suggests code while one document is edited.</summary>
interface ICompletionServer : IAsyncDisposable
{
    string Name { get; }

    int ProcessId { get; }

    /// <summary>The text as it is before anything is done to it.</summary>
    Task OpenAsync(Trace trace, CancellationToken cancellation);

    /// <summary>Tells the change and asks for a suggestion at the cursor. A newer one may be asked for before it has come.</summary>
    Task<Answer> AskAsync(Typist typist, TextChange change, CancellationToken cancellation);

    /// <summary>The suggestion that came last was taken.</summary>
    Task AcceptedAsync(CancellationToken cancellation);

    Task CloseAsync(CancellationToken cancellation);

    /// <summary>Nothing but zeros from a server that does not count them.</summary>
    Task<Origins> OriginsAsync(CancellationToken cancellation);
}
