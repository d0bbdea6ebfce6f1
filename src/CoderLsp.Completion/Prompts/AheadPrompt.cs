using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Prompts;

/// <summary>A prompt, or what is known of it already, that can be computed before it is asked for.</summary>
/// <param name="Cursor">Null where it is not known.</param>
/// <param name="Anchor">Where the prompt's typed text begins.</param>
/// <param name="Budget">That it was made for.</param>
public sealed record AheadPrompt(int[] Tokens, TextSnapshot Snapshot, int? Cursor, int Anchor, int Budget)
{
    public bool IsSameAs(AheadPrompt? other) => other is not null && Snapshot.Uri == other.Snapshot.Uri && Tokens.AsSpan().SequenceEqual(other.Tokens);
}
