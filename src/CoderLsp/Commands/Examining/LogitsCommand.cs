using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using CoderLsp.Inference.Generation;
using CoderLsp.Inference.Sampling;
using Microsoft.Extensions.Logging;

namespace CoderLsp.Commands.Examining;

/// <summary><c>logits</c>: the model's probabilities after each token of a text, to compare engines with.</summary>
static class LogitsCommand
{
    public static Command Create(CommandOutput output)
    {
        var tokens = new Option<string>("--tokens")
        {
            Description = "Ids separated by commas, or @FILE with a JSON array of ids. Exactly these: no BOS is added.", HelpName = "IDS", Required = true,
        };
        var target = new Option<string>("--out")
        {
            Description = "Natural-log probabilities: float32, little-endian, a row of the vocabulary's size for each token.", HelpName = "FILE", Required = true,
        };
        var batch = new Option<int>("--batch")
        {
            Description = "Tokens computed together; 1 takes the way of decoding.", HelpName = "N", DefaultValueFactory = _ => 64,
        };
        var command = new Command("logits", "Writes the probabilities after each token of a text.") { tokens, target, batch };
        command.Runs(output, async (context, cancellation) =>
        {
            var size = CommonOptions.CheckedBatch(context.Value(batch));
            var ids = Ids(context.Value(tokens)!);
            using var engine = context.LoadEngine();
            CheckIds(ids, engine);
            await using var file = File.Create(context.Value(target)!);
            await engine.EvaluateAsync(ids, size, (_, logits) =>
            {
                var row = logits.ToArray();
                var total = Logits.LogSumExp(row);
                for (var i = 0; i < row.Length; i++) row[i] -= total;
                file.Write(MemoryMarshal.AsBytes<float>(row));
            }, cancellation);
            output.Log(LogLevel.Information, $"{ids.Length} rows of {engine.Shape.Vocabulary} probabilities are in {context.Value(target)}.");
            return ExitStatus.Done;
        });
        return command;
    }

    static void CheckIds(int[] ids, Engine engine)
    {
        if (ids.Length > engine.ContextTokens) throw new UserException($"{ids.Length} tokens do not fit the context of {engine.ContextTokens}.");
        if (ids.FirstOrDefault(id => (uint)id >= (uint)engine.Shape.Vocabulary, -1) is var bad and not -1)
            throw new UserException($"The id {bad} is not one of the model's, which end at {engine.Shape.Vocabulary - 1}.");
    }

    static int[] Ids(string text)
    {
        try
        {
            var ids = text.StartsWith('@')
                ? JsonSerializer.Deserialize(File.ReadAllText(text[1..]), CommandJson.Default.Int32Array)
                : Array.ConvertAll(text.Split(',', StringSplitOptions.TrimEntries), id => int.Parse(id, NumberStyles.None, CultureInfo.InvariantCulture));
            return ids is { Length: > 0 } ? ids : throw new UsageException("--tokens names no id.");
        }
        catch (Exception e) when (e is FormatException or OverflowException or JsonException)
        {
            throw new UsageException($"--tokens must be ids separated by commas, or @FILE with a JSON array of ids. {e.Message}");
        }
    }
}
