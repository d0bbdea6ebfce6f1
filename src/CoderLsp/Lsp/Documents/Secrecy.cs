namespace CoderLsp.Lsp.Documents;

/// <summary>Says of a document's URI whether it must not be given to a model. Compared by reference: new settings are a new object.</summary>
sealed class SecretRules(Func<string, bool> isSecret)
{
    public bool IsSecret(string uri) => isSecret(uri);
}

/// <summary>What was found out about one document.</summary>
/// <param name="Rules">By which it was found.</param>
sealed record Secrecy(SecretRules Rules, bool IsSecret);
