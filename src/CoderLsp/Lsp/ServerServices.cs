using System.Text.Json;
using CoderLsp.Configuration;
using CoderLsp.Models.Loading;
using Microsoft.Extensions.Logging;

namespace CoderLsp.Lsp;

/// <summary>What the language server needs from the program that hosts it.</summary>
/// <param name="ReadSettings">The settings of all places together with those that the editor sent, later wins.</param>
/// <param name="Models">How models are loaded.</param>
/// <param name="Log">Takes a line for standard error. It holds none of the user's text.</param>
sealed record ServerServices(
    Func<IReadOnlyList<JsonElement>, SettingsResult> ReadSettings, IModelPlans Models, Action<LogLevel, string> Log)
{
    /// <summary>One item each time the user's configuration file has changed.</summary>
    public Func<CancellationToken, IAsyncEnumerable<string>> ConfigurationFileChanges { get; init; } = _ => AsyncEnumerable.Empty<string>();

    /// <summary>Where the counts of accepted suggestions are kept between sessions; null: nowhere.</summary>
    public string? AcceptHistoryFile { get; init; }

    /// <summary>Whether the machine runs on a battery: then nothing is computed ahead.</summary>
    public Func<bool> OnBattery { get; init; } = () => Background.PowerSource.IsBattery;

    /// <summary>How often the server looks whether the client's process still lives.</summary>
    public TimeSpan ClientCheckInterval { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Where answers are written that the editor shows as documents.</summary>
    public string AnswersFolder { get; init; } = DefaultAnswersFolder;

    public static string DefaultAnswersFolder => Path.Combine(UserFolders.Cache, "answers");

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
