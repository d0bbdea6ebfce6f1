using System.Text.Json;
using CoderLsp.Completion;
using CoderLsp.Configuration;
using Microsoft.Extensions.Logging;

namespace CoderLsp.Lsp;

/// <summary>What the language server needs from the program that hosts it.</summary>
/// <param name="ReadSettings">The settings of all places together with those that the editor sent, if it sent any.</param>
/// <param name="LoadModel">
/// Opens the model that the settings name; called at most once, on a thread that may be blocked for seconds. The message of a
/// <see cref="UserException"/> or <see cref="Inference.Gguf.GgufException"/> is shown to the user.
/// </param>
/// <param name="Log">Takes a line for standard error. It holds none of the user's text.</param>
sealed record ServerServices(
    Func<JsonElement?, SettingsResult> ReadSettings, Func<CoderLspSettings, IInfillModel> LoadModel, Action<LogLevel, string> Log)
{
    /// <summary>How often the server looks whether the client's process still lives.</summary>
    public TimeSpan ClientCheckInterval { get; init; } = TimeSpan.FromSeconds(10);
}
