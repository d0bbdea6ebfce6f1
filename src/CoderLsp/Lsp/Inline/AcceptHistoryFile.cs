using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using CoderLsp.Completion.Inline;
using CoderLsp.Configuration;
using Microsoft.Extensions.Logging;

namespace CoderLsp.Lsp.Inline;

/// <summary>What is in the file: counts by language.</summary>
sealed record KeptHistory(Dictionary<string, AcceptCounts> Languages);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(KeptHistory))]
sealed partial class KeptHistoryJson : JsonSerializerContext;

/// <summary>
/// Keeps an accept history in a file of the user's. Several servers share it: each adds what it counted to what is there by then,
/// under a lock, and puts the new file in the old one's place in one step.
/// </summary>
sealed class AcceptHistoryFile(string path, AcceptHistory history, Action<LogLevel, string> log)
{
    static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    readonly Lock _saving = new();

    const int MostLanguages = 64, MostBytes = 64 << 10;

    // Beyond this the counts are halved, so that they follow the user's habits of late.
    const int MostShown = 2000;

    /// <summary>Reads the history and keeps it up to date until <paramref name="closing"/>; null where the server has no place for it.</summary>
    public static AcceptHistoryFile? Keep(AcceptHistory history, ServerServices services, CancellationToken closing)
    {
        if (services.AcceptHistoryFile is not { } path) return null;
        var file = new AcceptHistoryFile(path, history, services.Log);
        file.Load();
        _ = file.SaveRegularlyAsync(closing);
        return file;
    }

    /// <summary>Reads what earlier sessions counted.</summary>
    public void Load() => history.Keep(Read(), ImmutableDictionary<string, AcceptCounts>.Empty);

    /// <summary>Saves now and then until <paramref name="closing"/>.</summary>
    public async Task SaveRegularlyAsync(CancellationToken closing)
    {
        using var timer = new PeriodicTimer(Interval);
        try
        {
            while (await timer.WaitForNextTickAsync(closing).ConfigureAwait(false)) Save();
        }
        catch (OperationCanceledException)
        {
            // The session ends; whoever ends it saves.
        }
    }

    /// <summary>Adds what was counted since the last time. What cannot be written now is kept for later.</summary>
    public void Save()
    {
        // The last save, at the end, must not find the file held by the one before.
        lock (_saving) SaveAlone();
    }

    void SaveAlone()
    {
        var ours = history.Unkept;
        if (ours.IsEmpty) return;
        try
        {
            UserFolders.CreatePrivate(Path.GetDirectoryName(path)!);
            using var held = Open(path + ".lock"); // held by another server: an IOException
            var merged = Merge(Read(), ours);
            Write(merged);
            history.Keep(merged, ours);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            log(LogLevel.Debug, $"The accept history could not be saved ({error.GetType().Name}); the next time will do.");
        }
    }

    ImmutableDictionary<string, AcceptCounts> Read()
    {
        try
        {
            if (!File.Exists(path)) return ImmutableDictionary<string, AcceptCounts>.Empty;
            if (new FileInfo(path).Length > MostBytes) throw new JsonException("too long");
            var kept = JsonSerializer.Deserialize(File.ReadAllBytes(path), KeptHistoryJson.Default.KeptHistory) ?? throw new JsonException("null");
            return kept.Languages.Where(entry => AcceptHistory.LanguageOf(entry.Key) == entry.Key && IsSensible(entry.Value)).ToImmutableDictionary();
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            log(LogLevel.Warning, $"The accept history {path} cannot be read ({error.GetType().Name}): it begins anew.");
            return ImmutableDictionary<string, AcceptCounts>.Empty;
        }
    }

    static bool IsSensible(AcceptCounts counts) =>
        counts is { Shown: >= 0 and <= int.MaxValue, Accepted: >= 0, PartlyAccepted: >= 0, Rejected: >= 0, Characters: >= 0 }
        && counts.Accepted <= counts.Shown && counts.PartlyAccepted <= counts.Shown && counts.Rejected <= counts.Shown;

    static ImmutableDictionary<string, AcceptCounts> Merge(ImmutableDictionary<string, AcceptCounts> kept, ImmutableDictionary<string, AcceptCounts> ours)
    {
        foreach (var (language, counts) in ours) kept = kept.SetItem(language, kept.GetValueOrDefault(language, AcceptCounts.None) + counts);
        return kept.OrderByDescending(entry => entry.Value.Shown).Take(MostLanguages)
            .ToImmutableDictionary(entry => entry.Key, entry => entry.Value.Shown > MostShown ? entry.Value.Halved() : entry.Value);
    }

    void Write(ImmutableDictionary<string, AcceptCounts> counts)
    {
        var next = path + ".new";
        using (var stream = Open(next))
        {
            stream.SetLength(0);
            JsonSerializer.Serialize(stream, new(new(counts)), KeptHistoryJson.Default.KeptHistory);
        }
        File.Move(next, path, overwrite: true);
    }

    // For the user only, also while it is being made.
    static FileStream Open(string file)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(file, options);
    }
}
