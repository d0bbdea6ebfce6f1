namespace CoderLsp.Inference.Sampling;

/// <summary>How the next token is chosen. The default is greedy: always the most probable one.</summary>
public sealed record SamplingOptions
{
    public static SamplingOptions Greedy { get; } = new();

    /// <summary>0: greedy. Else logits are divided by it before a token is drawn.</summary>
    public float Temperature { get; init; }

    /// <summary>Only the k most probable tokens; 0 for no limit.</summary>
    public int TopK { get; init; } = 40;

    /// <summary>Only the most probable tokens that together reach this probability; 1 for no limit.</summary>
    public float TopP { get; init; } = 0.95f;

    /// <summary>Only tokens at least this share as probable as the best one; 0 for no limit.</summary>
    public float MinP { get; init; } = 0.05f;

    /// <summary>Divides the positive (multiplies the negative) logits of tokens among the last <see cref="RepetitionWindow"/>; 1 for none.</summary>
    public float RepetitionPenalty { get; init; } = 1;

    public int RepetitionWindow { get; init; } = 64;

    /// <summary>Makes drawing repeatable; null for a new seed each time.</summary>
    public ulong? Seed { get; init; }

    /// <exception cref="ArgumentException">A value is out of its range; the message says which.</exception>
    public void Validate()
    {
        Check(Temperature is >= 0 and < 100, nameof(Temperature), "0 or more, below 100");
        Check(TopK >= 0, nameof(TopK), "0 or more");
        Check(TopP is > 0 and <= 1, nameof(TopP), "above 0, at most 1");
        Check(MinP is >= 0 and < 1, nameof(MinP), "0 or more, below 1");
        Check(RepetitionPenalty is > 0 and < 100, nameof(RepetitionPenalty), "above 0, below 100");
        Check(RepetitionWindow >= 0, nameof(RepetitionWindow), "0 or more");

        static void Check(bool condition, string name, string allowed)
        {
            if (!condition) throw new ArgumentException($"{name} must be {allowed}.", name);
        }
    }
}
