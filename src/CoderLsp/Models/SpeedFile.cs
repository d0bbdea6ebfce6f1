using System.Text.Json;
using System.Text.Json.Serialization;
using CoderLsp.Completion.Inline;
using CoderLsp.Configuration;

namespace CoderLsp.Models;

/// <summary>What is in the file: speeds by model.</summary>
sealed record KeptSpeeds(Dictionary<string, ComputingSpeed> Models);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(KeptSpeeds))]
sealed partial class KeptSpeedsJson : JsonSerializerContext;

/// <summary>Keeps how fast models are on this machine. What cannot be read or written is measured anew.</summary>
sealed class SpeedFile(string path)
{
    const int MostModels = 64, MostBytes = 64 << 10;

    public static SpeedFile OfUser { get; } = new(Path.Combine(UserFolders.Cache, "speeds.json"));

    /// <param name="key">Of model, machine and settings: what the speed depends on.</param>
    public ComputingSpeed? Find(string key) => Read().TryGetValue(key, out var speed) ? speed : null;

    public void Keep(string key, ComputingSpeed speed)
    {
        var all = Read();
        if (all.Count >= MostModels) all.Clear();
        all[key] = speed;
        try
        {
            UserFolders.CreatePrivate(Path.GetDirectoryName(path)!);
            var next = $"{path}.{Environment.ProcessId}";
            File.WriteAllBytes(next, JsonSerializer.SerializeToUtf8Bytes(new(all), KeptSpeedsJson.Default.KeptSpeeds));
            File.Move(next, path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The next start measures again.
        }
    }

    Dictionary<string, ComputingSpeed> Read()
    {
        try
        {
            if (new FileInfo(path) is not { Exists: true, Length: <= MostBytes }) return [];
            var kept = JsonSerializer.Deserialize(File.ReadAllBytes(path), KeptSpeedsJson.Default.KeptSpeeds);
            return kept?.Models.Where(entry => IsSensible(entry.Value)).ToDictionary() ?? [];
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    static bool IsSensible(ComputingSpeed speed) => speed is { PromptTokensPerSecond: > 0 and < 1e7, DecodeTokensPerSecond: > 0 and < 1e7 };
}
