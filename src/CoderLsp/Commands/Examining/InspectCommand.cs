using System.CommandLine;
using System.Text.Json;
using CoderLsp.Inference.Gguf;
using CoderLsp.Models;
using CoderLsp.Models.Chat;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace CoderLsp.Commands.Examining;

/// <summary><c>inspect [MODEL]</c>: what is in a model's file.</summary>
static class InspectCommand
{
    public static Command Create(CommandOutput output)
    {
        var model = new Argument<string?>("MODEL")
        {
            Description = "A path or a name; without it, the model that is configured.", Arity = ArgumentArity.ZeroOrOne,
        };
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var tensors = new Option<bool>("--tensors") { Description = "List every tensor." };
        var command = new Command("inspect", "Shows what is in a model's file.") { model, json, tensors };
        command.Runs(output, (context, _) =>
        {
            var found = context.Catalog.Find(context.Value(model) ?? context.Settings.Model);
            using var file = GgufFile.Open(found.Path);
            var description = ModelDescription.Of(file, context.Settings.Cache.Type, context.Value(tensors));
            if (context.Value(json)) output.Out.WriteLine(JsonSerializer.Serialize(description, CommandJson.Readable.ModelDescription));
            else output.Write(Shown(description));
            return Task.FromResult(ExitStatus.Done);
        });
        return command;
    }

    static IEnumerable<IRenderable> Shown(ModelDescription model)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(3)).AddColumn(new GridColumn());
        void Row(string name, string? value)
        {
            if (value is not null) grid.AddRow(new Text(name, new(foreground: Color.Teal)), new Text(Printable.Of(value)));
        }

        Row("file", model.File);
        Row("size", $"{Size(model.Bytes)}{(model.Files > 1 ? $" in {model.Files} files" : "")}, GGUF version {model.GgufVersion}");
        Row("name", model.Name);
        Row("family", (model.Family ?? "unknown") + (model.Size is { } size ? $" {size}" : ""));
        Row("architecture", model.Architecture ?? "not said");
        Row("runs", model.Problem is { } problem ? $"no: {problem}" : "yes");
        Row("parameters", $"{model.Parameters:N0} ({model.BitsPerParameter} bits each)");
        Row("quantisation", model.Quantization is { } mix ? $"{mix}: {model.QuantizationAdvice}" : "not named");
        Row("tensors", model.TensorTypes is [] ? "none"
            : string.Join(", ", model.TensorTypes.Select(share => $"{share.Type} × {share.Tensors} ({Size(share.Bytes)})")));
        Row("context", model.ContextTokens is { } context ? $"{context:N0} tokens" : null);
        Row("shape", Shape(model));
        Row("tokeniser", model.Tokenizer is { } tokenizer ? Described(tokenizer) : $"cannot be used: {model.TokenizerProblem}");
        Row("fill in the middle", Described(model.Infill));
        Row("chat template", model.ChatTemplate is { } chat ? Described(chat) : "none");
        Row("memory needed", model.Memory is { } memory
            ? string.Join(", ", new[] { (2048, memory.Context2048Bytes), (16384, memory.Context16384Bytes), (int.MaxValue, memory.FullContextBytes) }
                .Select(m => (Tokens: Math.Min(m.Item1, model.ContextTokens ?? 0), Bytes: m.Item2)).Distinct()
                .Select(m => $"{Size(m.Bytes)} with {m.Tokens:N0} tokens")) + $" ({Size(memory.KeyValueBytesPerToken)} a token)"
            : "unknown: the file has no shape or no weights");
        yield return grid;

        if (model.Tensors is not { } tensors) yield break;
        var table = new Table().Border(TableBorder.Simple)
            .AddColumn("tensor").AddColumn("type").AddColumn("dimensions").AddColumn(new TableColumn("size").RightAligned());
        foreach (var tensor in tensors)
            table.AddRow(new Text(Printable.Of(tensor.Name)), new Text(tensor.Type), new Text(string.Join(" × ", tensor.Dimensions)), new Text(Size(tensor.Bytes)));
        yield return table;
    }

    static string? Shape(ModelDescription model)
    {
        var parts = new (int? Number, string What)[]
        {
            (model.Layers, "layers"), (model.Width, "wide"), (model.FeedForwardWidth, "feed-forward"), (model.Heads, "heads"),
            (model.KeyValueHeads, "key/value heads"),
        };
        var known = parts.Where(part => part.Number is not null).Select(part => $"{part.Number:N0} {part.What}").ToList();
        return known.Count > 0 ? string.Join(", ", known) : null;
    }

    static string Described(TokenizerDescription tokenizer) =>
        $"{tokenizer.Kind switch { "gpt2" => "byte-level BPE", "llama" => "SentencePiece BPE", var kind => kind }}, "
        + $"{tokenizer.PreTokenizer ?? "pre-tokeniser not said"}, {tokenizer.Tokens:N0} tokens"
        + (tokenizer.Bos is { } bos ? $", BOS {bos.Id} {bos.Text} ({(tokenizer.AddBos ? "added" : "not added")})" : "")
        + (tokenizer.Eos is { } eos ? $", EOS {eos.Id} {eos.Text}" : "");

    static string Described(InfillDescription infill)
    {
        if (infill.Prefix is null || infill.Suffix is null) return "no (no tokens for it): completes left to right";
        var order = infill.Order switch
        {
            "psm" => "prefix first", "spm" => "suffix first", _ => "has tokens, is best left to right",
        };
        var tokens = new[] { ("prefix", infill.Prefix), ("suffix", infill.Suffix), ("middle", infill.Middle) };
        return (infill.Template is { } template ? $"as {template}, " : "") + order + string.Concat(tokens.Where(t => t.Item2 is not null).Select(t => $", {t.Item1} {t.Item2!.Id} {t.Item2.Text}"));
    }

    static string Described(ChatTemplateDescription chat) => chat switch
    {
        { Family: { } family, FirstLine: null } => $"{family}, by the model's name",
        { Family: { } family } => family,
        _ => $"unknown (set chatTemplate to chat with the model), begins with {Cut(chat.FirstLine!)}",
    };

    static string Cut(string text) => text.Length <= 60 ? text : text[..60] + "…";

    static string Size(long bytes) => bytes switch
    {
        < 1_000 => $"{bytes} B",
        < 1_000_000 => $"{bytes / 1e3:0.#} kB",
        < 1_000_000_000 => $"{bytes / 1e6:0.#} MB",
        _ => $"{bytes / 1e9:0.##} GB",
    };
}
