namespace CoderLsp.Inference.Sampling;

/// <summary>Knows from elsewhere than the model what may come next.</summary>
public interface ITokenPrior
{
    /// <summary>
    /// Writes different tokens with their probabilities. What these lack of 1 is what the model itself is trusted where it has no idea; the
    /// surer it is, the more it is trusted (<see cref="Mixture"/>). Called once a token, on the model's thread: it must be quick and allocate
    /// nothing.
    /// </summary>
    /// <param name="text">The prompt's tokens and those generated so far.</param>
    /// <param name="tokens">Takes the tokens.</param>
    /// <param name="probabilities">Takes their probabilities, 0 to 1, less than 1 together.</param>
    /// <returns>How many were written.</returns>
    int Expect(ReadOnlySpan<int> text, Span<int> tokens, Span<float> probabilities);
}
