using CoderLsp.Completion.Actions;
using CoderLsp.Completion.Context;
using CoderLsp.Completion.Inline;
using CoderLsp.Completion.Prompts;
using CoderLsp.Kernels.Attention;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace CoderLsp.Configuration;

/// <summary>Everything that a user can set. <see cref="SettingTable"/> says under which names and what is allowed.</summary>
sealed record CoderLspSettings
{
    /// <summary>Completion model: a name or a path (<see cref="Models.ModelCatalog"/>).</summary>
    public string Model { get; init; } = "seedling";

    /// <summary>Model for actions and chat: a name or a path; null for none.</summary>
    public string? ChatModel { get; init; }

    /// <summary>Compute threads; null: the engine chooses.</summary>
    public int? Threads { get; init; }

    /// <summary>Largest prompt and answer in tokens; null: the model's window.</summary>
    public int? ContextTokens { get; init; }

    /// <summary>Order of the prompt's parts; null: as the model's file says.</summary>
    public InfillOrder? PromptOrder { get; init; }

    /// <summary>A family's name (<see cref="Inference.Chat.ChatFamilies"/>); null: as the model's file says.</summary>
    public string? ChatTemplate { get; init; }

    /// <summary>Where names of models are looked up.</summary>
    public IReadOnlyList<string> ModelFolders { get; init; } = [UserFolders.Models];

    public InlineSettings Inline { get; init; } = new();

    public ContextSettings Context { get; init; } = new();

    public ChatSettings Chat { get; init; } = new();

    public CacheSettings Cache { get; init; } = new();

    /// <summary>Whether tokens that are likely to follow are computed together with the one before them.</summary>
    public bool Speculation { get; init; } = true;

    public BackgroundSettings Background { get; init; } = new();

    /// <summary>A model that is not used for so long leaves memory; null: never.</summary>
    public TimeSpan? IdleUnload { get; init; } = TimeSpan.FromMinutes(30);

    public LogLevel LogLevel { get; init; } = LogLevel.Information;
}

/// <summary>Suggestions at the cursor.</summary>
sealed record InlineSettings
{
    /// <summary>Whether suggestions are made without being asked for.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>The same for single languages, by LSP language id; these win over <see cref="Enabled"/>.</summary>
    public IReadOnlyDictionary<string, bool> Languages { get; init; } = new Dictionary<string, bool>();

    /// <summary>Longest suggestion.</summary>
    public int MaxTokens { get; init; } = 64;

    public Multiline Multiline { get; init; } = Multiline.Auto;

    /// <summary>exp(mean token log-probability), 0 to 1, below which an automatic suggestion is not shown; null: the tuned gate.</summary>
    public double? MinConfidence { get; init; }

    /// <summary>Most suggestions for one request of the user.</summary>
    public int Candidates { get; init; } = 3;

    /// <summary>Time to the first text that suggestions are fitted to.</summary>
    public int LatencyTargetMs { get; init; } = 300;

    /// <summary>Wait before an automatic request is computed; null: as the model's speed makes sensible.</summary>
    public int? DebounceMs { get; init; }

    /// <summary>Whether documents of this language get suggestions that nobody asked for.</summary>
    public bool EnabledFor(string languageId) => Languages.TryGetValue(languageId, out var enabled) ? enabled : Enabled;

    public InlineOptions ToOptions() => new(MaxTokens, Multiline, MinConfidence, Candidates: Candidates);
}

/// <summary>Other files that prompts take along.</summary>
sealed record ContextSettings
{
    public ContextFiles Files { get; init; } = ContextFiles.Auto;

    /// <summary>Whether suggestions make use of them, too.</summary>
    public bool Suggestions { get; init; } = true;

    /// <summary>Files that are never read or sent, as in a .gitignore; <c>!</c> takes back what is ignored or secret otherwise.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];
}

/// <summary>Actions and chat.</summary>
sealed record ChatSettings
{
    /// <summary>Longest answer.</summary>
    public int MaxTokens { get; init; } = 1024;

    /// <summary>0: always the most probable token.</summary>
    public double Temperature { get; init; } = 0.2;

    /// <summary>Null: the model family's own.</summary>
    public string? SystemPrompt { get; init; }

    public ChatOptions ToChatOptions() => new() { MaxOutputTokens = MaxTokens, Temperature = (float)Temperature };

    public ActionOptions ToActionOptions() => new() { MaxTokens = MaxTokens, Temperature = (float)Temperature, SystemPrompt = SystemPrompt };
}

sealed record CacheSettings
{
    /// <summary>Upper bound for one model's KV cache; null: <see cref="Models.ModelMemory.DefaultCacheBytes"/>.</summary>
    public int? MaxMegabytes { get; init; }

    /// <summary>How keys and values are kept; latent attention keeps half precision always.</summary>
    public KvType Type { get; init; } = KvType.Q8;

    /// <summary>Whether the server keeps it on disk from run to run.</summary>
    public bool Snapshots { get; init; } = true;
}

/// <summary>What is computed before it is asked for.</summary>
sealed record BackgroundSettings
{
    public bool Enabled { get; init; } = true;

    /// <summary>Share of one core, averaged over ten seconds.</summary>
    public int MaxCpuPercent { get; init; } = 50;
}
