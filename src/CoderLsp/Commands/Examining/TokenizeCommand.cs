using System.CommandLine;
using System.Text;
using CoderLsp.Completion.Documents;
using CoderLsp.Inference.Gguf;
using CoderLsp.Inference.Tokenization;
using Microsoft.Extensions.Logging;

namespace CoderLsp.Commands.Examining;

/// <summary><c>tokenize [FILE]</c>: the token ids of a text.</summary>
static class TokenizeCommand
{
    public static Command Create(CommandOutput output)
    {
        var path = new Argument<string?>("FILE") { Description = "A text file; without it, the standard input.", Arity = ArgumentArity.ZeroOrOne };
        var special = new Option<bool>("--special") { Description = "Special tokens written in the text become these tokens." };
        var pieces = new Option<bool>("--pieces") { Description = "Show the piece of text of each token, one a line." };
        var command = new Command("tokenize", "Prints the token ids of a text, without BOS.") { path, special, pieces };
        command.Runs(output, async (context, cancellation) =>
        {
            var model = context.Catalog.Find(context.Settings.Model);
            using var file = GgufFile.Open(model.Path);
            var tokenizer = Tokenizer.FromGguf(file, warning => output.Log(LogLevel.Warning, warning));
            var text = context.Value(path) is { } name ? SourceFile.Read(name).Text : await ReadInputAsync(output, cancellation);

            var tokens = new List<int>();
            tokenizer.Encode(text, tokens, context.Value(special));
            if (!context.Value(pieces)) output.Out.WriteLine(string.Join(' ', tokens));
            else foreach (var id in tokens) output.Out.WriteLine($"{id}\t{Piece(tokenizer, id)}");
            return ExitStatus.Done;
        });
        return command;
    }

    static async Task<string> ReadInputAsync(CommandOutput output, CancellationToken cancellation)
    {
        if (output.InIsTerminal) output.Log(LogLevel.Information, "Type the text; Ctrl-D (Windows: Ctrl-Z) ends it.");
        // The read itself cannot be interrupted while nothing comes; Ctrl-C must not wait for it.
        return await Task.Run(output.In.ReadToEnd, CancellationToken.None).WaitAsync(cancellation);
    }

    // The bytes of one token need not be whole characters: those that are none are shown as hexadecimal escapes.
    static string Piece(Tokenizer tokenizer, int id)
    {
        if (tokenizer.Vocabulary.IsSpecial(id)) return Printable.Of(tokenizer.Vocabulary.Text(id));
        var shown = new StringBuilder();
        var bytes = tokenizer.Vocabulary.Bytes(id);
        while (!bytes.IsEmpty)
        {
            var whole = Rune.DecodeFromUtf8(bytes, out var rune, out var length) == System.Buffers.OperationStatus.Done;
            shown.Append(whole ? Printable.Of(rune.ToString()) : string.Concat(bytes[..length].ToArray().Select(b => $"\\x{b:X2}")));
            bytes = bytes[length..];
        }
        return shown.ToString();
    }
}
