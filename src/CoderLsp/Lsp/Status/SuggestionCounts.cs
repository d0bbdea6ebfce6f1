using CoderLsp.Protocol.Messages;

namespace CoderLsp.Lsp.Status;

/// <summary>Counts where suggestions came from, since the server was started. Safe for concurrent use.</summary>
sealed class SuggestionCounts
{
    long _computed, _fromMemory, _cancelled, _ahead;

    public SuggestionStatus Current =>
        new(Interlocked.Read(ref _computed), Interlocked.Read(ref _fromMemory), Interlocked.Read(ref _cancelled), Interlocked.Read(ref _ahead));

    public void AddComputed() => Interlocked.Increment(ref _computed);

    public void AddFromMemory() => Interlocked.Increment(ref _fromMemory);

    public void AddCancelled() => Interlocked.Increment(ref _cancelled);

    public void AddAhead() => Interlocked.Increment(ref _ahead);
}
