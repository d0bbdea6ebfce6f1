namespace CoderLsp.Inference.Chat;

/// <summary>What the user said and what the model replied to it.</summary>
/// <param name="Reply">Null for the one that the model shall reply to.</param>
/// <param name="ReplyTokens">
/// The tokens of <paramref name="Reply"/> as they were generated, if they are known: a text can be cut into tokens in more than one way, and
/// only the same way is found in the cache.
/// </param>
public sealed record ChatTurn(string Prompt, string? Reply = null, IReadOnlyList<int>? ReplyTokens = null);
