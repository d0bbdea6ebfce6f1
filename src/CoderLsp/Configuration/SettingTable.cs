using CoderLsp.Completion.Context;
using CoderLsp.Completion.Documents;
using CoderLsp.Completion.Inline;
using CoderLsp.Completion.Prompts;
using CoderLsp.Inference.Chat;
using CoderLsp.Kernels.Attention;
using Microsoft.Extensions.Logging;

namespace CoderLsp.Configuration;

/// <summary>All settings: the one place that knows their names and what is allowed.</summary>
static class SettingTable
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        Setting.Text("model", "a model's name or path", "the model for suggestions: a path, or the name of a file in `modelFolders`",
            s => s.Model, (s, value) => s with { Model = value }),
        Setting.Text("chatModel", "a model's name or path",
            "the model for actions and chat: a path, or the name of a file in `modelFolders`. Without it, actions and chat say how to get one",
            s => s.ChatModel, (s, value) => s with { ChatModel = value }),
        Setting.WholeNumberOrAuto("threads", 1, 1024, "compute threads; `\"auto\"` is one for each core, at most 8",
            s => s.Threads, (s, value) => s with { Threads = value }),
        Setting.WholeNumberOrAuto("contextTokens", 64, 1 << 20,
            "prompt and answer together, at most; `\"auto\"` is the model's whole window. It bounds the memory",
            s => s.ContextTokens, (s, value) => s with { ContextTokens = value }),
        Setting.OneOf<InfillOrder?>("promptOrder",
            [("auto", null), ("psm", InfillOrder.PrefixFirst), ("spm", InfillOrder.SuffixFirst), ("none", InfillOrder.None)],
            "order of the prompt's parts: `\"psm\"` prefix first, `\"spm\"` suffix first, `\"none\"` only the text before the cursor; "
                + "`\"auto\"` is as the model's file says",
            s => s.PromptOrder, (s, value) => s with { PromptOrder = value }),
        Setting.OneOf<string?>("chatTemplate", [("auto", null), .. ChatFamilies.All.Select(family => (family.Name, (string?)family.Name))],
            "how conversations are written for the chat model; `\"auto\"` is as the model's file says",
            s => s.ChatTemplate, (s, value) => s with { ChatTemplate = value }),
        Setting.TextList("modelFolders", "a list of folders",
            "where names of models are looked up (macOS: `~/Library/Application Support/coderlsp/models`, Windows: `%LOCALAPPDATA%\\coderlsp\\models`)",
            s => s.ModelFolders, (s, value) => s with { ModelFolders = [.. value.Select(UserFolders.Expand)] }) with { HasPlatformDefault = true },
        Setting.Flag("inline.enabled", "whether suggestions are made without being asked for",
            s => s.Inline.Enabled, (s, value) => s with { Inline = s.Inline with { Enabled = value } }),
        Setting.Flags("inline.languages", "an object of language ids with true or false each, like { \"markdown\": false }",
            "the same for single languages, by LSP language id, which wins",
            s => s.Inline.Languages,
            (s, language, value) => s with
            {
                Inline = s.Inline with { Languages = new Dictionary<string, bool>(s.Inline.Languages) { [LanguageIds.OfClient(language)] = value } },
            }),
        Setting.WholeNumber("inline.maxTokens", 1, 1024, "longest suggestion, in tokens",
            s => s.Inline.MaxTokens, (s, value) => s with { Inline = s.Inline with { MaxTokens = value } }),
        Setting.OneOf("inline.multiline", [("auto", Multiline.Auto), ("always", Multiline.Always), ("never", Multiline.Never)],
            "whether a suggestion may have several lines; `\"auto\"`: where a block begins, and behind several lines that were just taken",
            s => s.Inline.Multiline, (s, value) => s with { Inline = s.Inline with { Multiline = value } }),
        Setting.FractionOrAuto("inline.minConfidence",
            "when an automatic suggestion is shown. `\"auto\"`: unless it is hardly ever right, by the model's own certainty, the place, and what was "
                + "accepted lately. A number: when the geometric mean of its tokens' probabilities reaches it; `0` shows everything",
            s => s.Inline.MinConfidence, (s, value) => s with { Inline = s.Inline with { MinConfidence = value } }),
        Setting.WholeNumber("inline.candidates", 1, 10, "most suggestions when one asks for them; automatically there is one",
            s => s.Inline.Candidates, (s, value) => s with { Inline = s.Inline with { Candidates = value } }),
        Setting.WholeNumber("inline.latencyTargetMs", 50, 60_000,
            "milliseconds to the first text that suggestions are fitted to: on a slow model prompts and answers are shorter, until idle time has prepared more",
            s => s.Inline.LatencyTargetMs, (s, value) => s with { Inline = s.Inline with { LatencyTargetMs = value } }),
        Setting.WholeNumberOrAuto("inline.debounceMs", 0, 5000,
            "milliseconds to wait before an automatic suggestion is computed; what is known is shown at once. `\"auto\"` is 0 on a fast model, and more on a slow one",
            s => s.Inline.DebounceMs, (s, value) => s with { Inline = s.Inline with { DebounceMs = value } }),
        Setting.OneOf("context.files", [("off", ContextFiles.Off), ("open", ContextFiles.Open), ("auto", ContextFiles.Auto)],
            "files besides the document that an action may make use of, and suggestions where `context.suggestions` says so: `\"off\"` none, `\"open\"` those open in the editor, "
                + "`\"auto\"` those of the workspace too",
            s => s.Context.Files, (s, value) => s with { Context = s.Context with { Files = value } }),
        Setting.Flag("context.suggestions",
            "whether suggestions make use of these files, too: similar pieces of them, and for a small model what followed the same words elsewhere in the project",
            s => s.Context.Suggestions, (s, value) => s with { Context = s.Context with { Suggestions = value } }),
        Setting.TextList("context.exclude", "a list of patterns as in a .gitignore",
            "files that are never read or sent, from the workspace's folder: `[\"/data/\", \"*.sql\"]`",
            s => s.Context.Exclude, (s, value) => s with { Context = s.Context with { Exclude = value.ToArray() } }),
        Setting.WholeNumber("chat.maxTokens", 1, 1 << 16, "longest answer, in tokens",
            s => s.Chat.MaxTokens, (s, value) => s with { Chat = s.Chat with { MaxTokens = value } }),
        Setting.Number("chat.temperature", 0, 2, "how freely answers are worded; 0 always takes the most probable token",
            s => s.Chat.Temperature, (s, value) => s with { Chat = s.Chat with { Temperature = value } }),
        Setting.Text("chat.systemPrompt", "a text",
            "what the model is told about itself before a conversation; by default what its family's published template says",
            s => s.Chat.SystemPrompt, (s, value) => s with { Chat = s.Chat with { SystemPrompt = value } }),
        Setting.WholeNumberOrAuto("cache.maxMegabytes", 16, 1 << 20,
            "memory for one model's KV cache, at most; it bounds `contextTokens`. `\"auto\"` is a quarter of the free memory, at most 2000, and no more than 16 full contexts take",
            s => s.Cache.MaxMegabytes, (s, value) => s with { Cache = s.Cache with { MaxMegabytes = value } }),
        Setting.OneOf("cache.type", [("int8", KvType.Q8), ("f16", KvType.F16)],
            "what the KV cache holds keys and values in: `\"int8\"`, or `\"f16\"`, "
                + "which takes twice the memory and is slower in long texts; DeepSeek-V2's is always `\"f16\"`",
            s => s.Cache.Type, (s, value) => s with { Cache = s.Cache with { Type = value } }),
        Setting.Flag("cache.snapshots",
            "whether the server keeps what a model has read last in a file of the user's cache folder, at most 512 MB a model, so that it is not read again after a restart. It holds text of your documents, as tokens, and with `context.suggestions` of other files of the workspace too; only you can read it",
            s => s.Cache.Snapshots, (s, value) => s with { Cache = s.Cache with { Snapshots = value } }),
        Setting.Flag("speculation", "whether text that is likely to follow, as it stands elsewhere, is computed ahead where that saves time; suggestions are the same without",
            s => s.Speculation, (s, value) => s with { Speculation = value }),
        Setting.Flag("background.enabled",
            "whether prompts and what follows a suggestion are computed before they are asked for, when nothing happens; on battery they are not",
            s => s.Background.Enabled, (s, value) => s with { Background = s.Background with { Enabled = value } }),
        Setting.WholeNumber("background.maxCpuPercent", 1, 6400, "the processor time that this may take: percent of one core, averaged over ten seconds",
            s => s.Background.MaxCpuPercent, (s, value) => s with { Background = s.Background with { MaxCpuPercent = value } }),
        Setting.WholeNumber("idleUnloadMinutes", 0, 7 * 24 * 60,
            "a model that is not used for so long leaves memory and is loaded again when it is needed; 0 is never",
            s => (int)(s.IdleUnload?.TotalMinutes ?? 0), (s, value) => s with { IdleUnload = value == 0 ? null : TimeSpan.FromMinutes(value) }),
        Setting.OneOf("logLevel",
            [
                ("trace", LogLevel.Trace), ("debug", LogLevel.Debug), ("info", LogLevel.Information), ("warning", LogLevel.Warning),
                ("error", LogLevel.Error), ("none", LogLevel.None),
            ],
            "what goes to standard error", s => s.LogLevel, (s, value) => s with { LogLevel = value }),
    ];

    /// <summary>Names that begin like settings in the environment but are none.</summary>
    public static IReadOnlyList<string> OtherVariables { get; } =
        ["CODERLSP_SHARED", "CODERLSP_ISA", "CODERLSP_SID_ROOT", "CODERLSP_EXECUTABLE", "CODERLSP_BENCH_FIXED_TOKENS", "CODERLSP_BENCH_NO_HEALING"];
}
