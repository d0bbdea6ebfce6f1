using CoderLsp.Completion.Context;
using CoderLsp.Completion.Inline;
using CoderLsp.Completion.Prompts;
using CoderLsp.Inference.Chat;
using Microsoft.Extensions.Logging;

namespace CoderLsp.Configuration;

/// <summary>All settings: the one place that knows their names and what is allowed.</summary>
static class SettingTable
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        Setting.Text("model", "a model's name or path", (s, value) => s with { Model = value }),
        Setting.Text("chatModel", "a model's name or path", (s, value) => s with { ChatModel = value }),
        Setting.WholeNumberOrAuto("threads", 1, 1024, (s, value) => s with { Threads = value }),
        Setting.WholeNumberOrAuto("contextTokens", 64, 1 << 20, (s, value) => s with { ContextTokens = value }),
        Setting.OneOf<InfillOrder?>("promptOrder",
            [("auto", null), ("psm", InfillOrder.PrefixFirst), ("spm", InfillOrder.SuffixFirst), ("none", InfillOrder.None)],
            (s, value) => s with { PromptOrder = value }),
        Setting.OneOf<string?>("chatTemplate", [("auto", null), .. ChatFamilies.All.Select(family => (family.Name, (string?)family.Name))],
            (s, value) => s with { ChatTemplate = value }),
        Setting.TextList("modelFolders", "a list of folders",
            (s, value) => s with { ModelFolders = [.. value.Select(UserFolders.Expand)] }),
        Setting.Flag("inline.enabled", (s, value) => s with { Inline = s.Inline with { Enabled = value } }),
        Setting.Flags("inline.languages", "an object of language ids with true or false each, like { \"markdown\": false }",
            (s, language, value) => s with
            {
                Inline = s.Inline with { Languages = new Dictionary<string, bool>(s.Inline.Languages) { [language] = value } },
            }),
        Setting.WholeNumber("inline.maxTokens", 1, 1024, (s, value) => s with { Inline = s.Inline with { MaxTokens = value } }),
        Setting.OneOf("inline.multiline", [("auto", Multiline.Auto), ("always", Multiline.Always), ("never", Multiline.Never)],
            (s, value) => s with { Inline = s.Inline with { Multiline = value } }),
        Setting.FractionOrAuto("inline.minConfidence", (s, value) => s with { Inline = s.Inline with { MinConfidence = value } }),
        Setting.WholeNumber("inline.candidates", 1, 10, (s, value) => s with { Inline = s.Inline with { Candidates = value } }),
        Setting.OneOf("context.files", [("off", ContextFiles.Off), ("open", ContextFiles.Open), ("auto", ContextFiles.Auto)],
            (s, value) => s with { Context = s.Context with { Files = value } }),
        Setting.TextList("context.exclude", "a list of patterns as in a .gitignore",
            (s, value) => s with { Context = s.Context with { Exclude = value.ToArray() } }),
        Setting.WholeNumber("chat.maxTokens", 1, 1 << 16, (s, value) => s with { Chat = s.Chat with { MaxTokens = value } }),
        Setting.Number("chat.temperature", 0, 2, (s, value) => s with { Chat = s.Chat with { Temperature = value } }),
        Setting.Text("chat.systemPrompt", "a text", (s, value) => s with { Chat = s.Chat with { SystemPrompt = value } }),
        Setting.WholeNumberOrAuto("cache.maxMegabytes", 16, 1 << 20, (s, value) => s with { Cache = s.Cache with { MaxMegabytes = value } }),
        Setting.WholeNumber("idleUnloadMinutes", 0, 7 * 24 * 60,
            (s, value) => s with { IdleUnload = value == 0 ? null : TimeSpan.FromMinutes(value) }),
        Setting.OneOf("logLevel",
            [
                ("trace", LogLevel.Trace), ("debug", LogLevel.Debug), ("info", LogLevel.Information), ("warning", LogLevel.Warning),
                ("error", LogLevel.Error), ("none", LogLevel.None),
            ],
            (s, value) => s with { LogLevel = value }),
    ];

    /// <summary>Names that begin like settings in the environment but are none.</summary>
    public static IReadOnlyList<string> OtherVariables { get; } = 
        ["CODERLSP_SHARED", "CODERLSP_ISA", "CODERLSP_SID_ROOT", "CODERLSP_EXECUTABLE", "CODERLSP_BENCH_FIXED_TOKENS"];
}
