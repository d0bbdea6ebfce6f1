using System.CommandLine;
using CoderLsp.Configuration;
using CoderLsp.Inference.Generation;
using CoderLsp.Models;
using Microsoft.Extensions.Logging;

namespace CoderLsp.Commands;

/// <summary>What a command is run with: its arguments, the settings and where it writes.</summary>
sealed class CommandContext(ParseResult parse, CommandOutput output)
{
    CoderLspSettings? _settings;

    public CommandOutput Output => output;

    /// <summary>The configuration file, which need not exist.</summary>
    public string ConfigurationFile => parse.GetValue(CommonOptions.Config) ?? UserFolders.ConfigurationFile;

    /// <summary>Where the settings come from, read anew; for the language server, which adds what the editor sends.</summary>
    public SettingsLayers LoadLayers() =>
        SettingsLayers.Load(parse.GetValue(CommonOptions.Config), Environment.GetEnvironmentVariables(), Overrides(parse));

    /// <summary>The same without the configuration file, to go on when that cannot be read.</summary>
    public SettingsLayers LoadLayersWithoutFile() => SettingsLayers.WithoutFile(Environment.GetEnvironmentVariables(), Overrides(parse));

    /// <summary>The settings. The first use warns of unknown ones.</summary>
    /// <exception cref="UserException">A value is not allowed.</exception>
    public CoderLspSettings Settings => _settings ??= ReadSettings();

    public ModelCatalog Catalog => new(Settings.ModelFolders);

    /// <summary>Loads a model with the settings' threads, context and type of cache.</summary>
    /// <param name="model">A name or a path; null for the model of the settings.</param>
    public Engine LoadEngine(string? model = null) => Engine.Load(Catalog.Find(model ?? Settings.Model).Path, new EngineOptions
    {
        Threads = Settings.Threads, ContextTokens = Settings.ContextTokens, CacheType = Settings.Cache.Type,
        Warn = warning => output.Log(LogLevel.Warning, warning),
    });

    public T? Value<T>(Option<T> option) => parse.GetValue(option);

    public T? Value<T>(Argument<T> argument) => parse.GetValue(argument);

    /// <summary>Loads the model that is configured; whoever asked disposes of it.</summary>
    public Task<LocalInfillModel> LoadModelAsync(CancellationToken cancellation)
    {
        var file = Catalog.Find(Settings.Model);
        return output.WithStatusAsync($"Loading {file.Name}", () => Task.Run(
            () => LocalInfillModel.Load(file, Settings, warning => output.Log(LogLevel.Warning, warning)), cancellation));
    }

    CoderLspSettings ReadSettings()
    {
        var result = LoadLayers().Read();
        output.LogLevel = result.Settings.LogLevel;
        foreach (var warning in result.Warnings) output.Log(LogLevel.Warning, warning.Message);
        if (result.Errors is [var first, ..]) throw first.FromOption ? new UsageException(first.Message) : new UserException(first.Message);
        return result.Settings;
    }

    static List<SettingOverride> Overrides(ParseResult parse)
    {
        var overrides = new List<SettingOverride>();
        for (var level = parse.CommandResult; level is not null; level = level.Parent as System.CommandLine.Parsing.CommandResult)
            foreach (var option in level.Command.Options.OfType<SettingOption>())
                if (parse.GetValue(option) is { } value) overrides.Add(new(option.Name, option.Setting, value));
        return overrides;
    }
}
