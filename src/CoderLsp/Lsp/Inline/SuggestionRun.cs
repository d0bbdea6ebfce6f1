using CoderLsp.Completion.Inline;
using CoderLsp.Completion.Inline.Memory;

namespace CoderLsp.Lsp.Inline;

/// <summary>A computation of suggestions. Guarded by the lock of <see cref="SuggestionRuns"/>.</summary>
/// <param name="ending">Never disposed: it has no timer, and who was given up may still look at its token.</param>
sealed class SuggestionRun(InlineRequest request, CancellationTokenSource ending)
{
    public InlineRequest Request => request;
    public GrowingSuggestion Growing { get; } = new(request);
    public Task<IReadOnlyList<InlineSuggestion>?> Result { get; set; } = null!;

    /// <summary>Of each request that waits, what ends its wait.</summary>
    public List<CancellationToken> Waiting { get; } = [];

    /// <summary>Whether the user has typed along with it since somebody last began to wait.</summary>
    public bool IsTypedAlong { get; set; }

    /// <summary>Ends it, as long as nobody waits.</summary>
    public ITimer? Unwanted { get; set; }
    public CancellationToken Ended => ending.Token;

    /// <summary>Whether somebody waits for it still.</summary>
    public bool IsWanted => Waiting.Exists(wait => !wait.IsCancellationRequested);

    public void End() => ending.Cancel();
}
