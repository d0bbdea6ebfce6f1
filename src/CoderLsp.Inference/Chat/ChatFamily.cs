namespace CoderLsp.Inference.Chat;

/// <summary>
/// How a family of models writes a conversation. In the texts stand <c>{system}</c>, <c>{prompt}</c> and <c>{reply}</c>, and <c>{bos}</c> and
/// <c>{eos}</c> for the vocabulary's own tokens. BOS at the very beginning is not said here: it is added where the model adds it.
/// </summary>
/// <param name="Name">As the setting <c>chatTemplate</c> has it.</param>
/// <param name="Title">As people write it.</param>
/// <param name="User">A user's message, up to where the model's reply begins.</param>
/// <param name="Reply">A reply that was given, up to where the next message begins.</param>
public sealed record ChatFamily(string Name, string Title, string User, string Reply)
{
    /// <summary>The system text.</summary>
    public required string System { get; init; }

    /// <summary>Whether <see cref="System"/> is put before the first prompt, inside <see cref="User"/>; else before everything.</summary>
    public bool SystemInPrompt { get; init; }

    /// <summary>The system text of the published template; null for none, or for one that each model's own template holds.</summary>
    public string? DefaultSystem { get; init; }

    /// <summary>The parts of the texts above that are tokens of their own. All must be in the vocabulary.</summary>
    public IReadOnlyList<string> Special { get; init; } = [];

    /// <summary>A template is of this family if it holds all of these and none of <see cref="NotMarkers"/>.</summary>
    public required IReadOnlyList<string> Markers { get; init; }

    public IReadOnlyList<string> NotMarkers { get; init; } = [];

    /// <summary>Whether the published template removes white space around messages.</summary>
    public bool Trims { get; init; }

    /// <summary>Texts at which a reply is over although its end token was not written: where the model plays the user's part.</summary>
    public IReadOnlyList<string> Stops { get; init; } = [];
}
