using System.CommandLine;
using System.Text;
using System.Text.Json;
using CoderLsp.Inference.Sampling;

namespace CoderLsp.Commands.Examining;

/// <param name="Tokens">Tokens of the text, BOS not among them.</param>
/// <param name="Scored">Of these, those with a token before them in their window.</param>
/// <param name="MeanNegativeLogLikelihood">Nats a token.</param>
/// <param name="Perplexity">e to that.</param>
/// <param name="BitsPerByte">Of the text as UTF-8.</param>
sealed record PerplexityReport(
    string Model, string File, int Window, int Tokens, int Scored, double MeanNegativeLogLikelihood, double Perplexity, double BitsPerByte);

/// <summary><c>perplexity MODEL FILE</c>: how well a model foresees a text.</summary>
static class PerplexityCommand
{
    public static Command Create(CommandOutput output)
    {
        var model = new Argument<string>("MODEL") { Description = "A path or a name." };
        var path = new Argument<string>("FILE") { Description = "A text file, UTF-8." };
        var window = new Option<int>("--window")
        {
            Description = "Tokens of a window, BOS included where the model wants one; windows do not overlap.", HelpName = "N", DefaultValueFactory = _ => 1024,
        };
        var batch = new Option<int>("--batch") { Description = "Tokens computed together.", HelpName = "N", DefaultValueFactory = _ => 64 };
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = new Command("perplexity", "Measures how well a model foresees a text.") { model, path, window, batch, json };
        command.Runs(output, async (context, cancellation) =>
        {
            var text = File.Exists(context.Value(path)) ? File.ReadAllText(context.Value(path)!) : throw new UserException($"There is no file {context.Value(path)}.");
            using var engine = context.LoadEngine(context.Value(model));
            var size = context.Value(window) is var n && n >= 2 && n <= engine.ContextTokens
                ? n : throw new UsageException($"--window is {context.Value(window)}; give 2 to {engine.ContextTokens}.");

            var together = CommonOptions.CheckedBatch(context.Value(batch));
            var tokens = new List<int>();
            engine.Tokenizer.Encode(text, tokens);
            int[] first = engine.Tokenizer.Special is { AddBos: true, Bos: { } bos } ? [bos] : [];
            double sum = 0;
            var scored = 0;
            foreach (var part in tokens.Chunk(size - first.Length))
            {
                int[] ids = [.. first, .. part];
                await engine.EvaluateAsync(ids, together, (position, logits) =>
                {
                    if (position + 1 == ids.Length) return;
                    sum -= Logits.LogProbability(logits, ids[position + 1]);
                    scored++;
                }, cancellation);
            }

            if (scored == 0) throw new UserException($"{context.Value(path)} has no tokens to score.");
            var mean = sum / scored;
            var report = new PerplexityReport(
                context.Value(model)!, context.Value(path)!, size, tokens.Count, scored, mean, Math.Exp(mean), sum / Math.Log(2) / Encoding.UTF8.GetByteCount(text));
            output.Out.WriteLine(context.Value(json)
                ? JsonSerializer.Serialize(report, CommandJson.Readable.PerplexityReport)
                : $"perplexity {report.Perplexity:F4} ({mean:F5} nats a token over {scored:N0} tokens, {report.BitsPerByte:F4} bits a byte)");
            return ExitStatus.Done;
        });
        return command;
    }
}
