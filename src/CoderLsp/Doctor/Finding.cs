namespace CoderLsp.Doctor;

enum FindingLevel
{
    Ok,

    /// <summary>It works, but not as well as it could.</summary>
    Warning,

    /// <summary>Something does not work.</summary>
    Error,
}

/// <summary>What a check of the installation found.</summary>
/// <param name="Check">What was looked at.</param>
/// <param name="Text">One sentence.</param>
/// <param name="Remedy">What to change; null where nothing is.</param>
sealed record Finding(string Check, FindingLevel Level, string Text, string? Remedy = null)
{
    public static Finding Ok(string check, string text) => new(check, FindingLevel.Ok, text);

    public static Finding Warning(string check, string text, string remedy) => new(check, FindingLevel.Warning, text, remedy);

    public static Finding Error(string check, string text, string remedy) => new(check, FindingLevel.Error, text, remedy);
}
