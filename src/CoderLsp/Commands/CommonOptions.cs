using System.CommandLine;
using CoderLsp.Inference.Generation;

namespace CoderLsp.Commands;

/// <summary>An option that stands for a setting; <see cref="CommandContext.Settings"/> reads it and says what is allowed.</summary>
sealed class SettingOption(string name, string setting, params string[] aliases) : Option<string>(name, aliases)
{
    public string Setting { get; } = setting;
}

/// <summary>Options of every command.</summary>
static class CommonOptions
{
    public static Option<string> Config { get; } = new("--config")
    {
        Description = "A configuration file in place of the user's own.", HelpName = "FILE", Recursive = true,
    };

    public static SettingOption LogLevel { get; } = new("--log-level", "logLevel")
    {
        Description = "What is logged: trace, debug, info, warning, error or none.", HelpName = "LEVEL", Recursive = true,
    };

    /// <summary>The value of a <c>--batch</c>.</summary>
    /// <exception cref="UsageException">It is out of range.</exception>
    public static int CheckedBatch(int batch) =>
        batch is >= 1 and <= Engine.MaxBatch ? batch : throw new UsageException($"--batch is {batch}; give 1 to {Engine.MaxBatch}.");

    public static IEnumerable<Option> All =>
    [
        new SettingOption("--model", "model", "-m")
        {
            Description = "The model: a path, or a name such as seedling (the embedded default).", HelpName = "MODEL", Recursive = true,
        },
        new SettingOption("--chat-model", "chatModel") { Description = "The model for actions and chat: a path or a name.", HelpName = "MODEL", Recursive = true },
        new SettingOption("--threads", "threads", "-t") { Description = "Compute threads.", HelpName = "N", Recursive = true },
        new SettingOption("--context-tokens", "contextTokens")
        {
            Description = "Largest prompt and answer in tokens.", HelpName = "N", Recursive = true,
        },
        new SettingOption("--cache-type", "cache.type")
        {
            Description = "How keys and values are kept: int8 or f16.", HelpName = "TYPE", Recursive = true,
        },
        Config,
        LogLevel,
    ];
}
