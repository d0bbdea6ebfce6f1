namespace CoderLsp.Commands.Terminal;

/// <summary>Writes an answer in Markdown while it comes: on a terminal block by block and in colour, elsewhere as it is.</summary>
static class Answer
{
    /// <summary>What came before an error or a cancellation is written too.</summary>
    public static Task WriteAsync(CommandOutput output, IAsyncEnumerable<string> pieces, CancellationToken cancellation) =>
        output.OutIsTerminal ? ShowAsync(output, pieces, cancellation) : CopyAsync(output.Out, pieces, cancellation);

    static async Task CopyAsync(TextWriter writer, IAsyncEnumerable<string> pieces, CancellationToken cancellation)
    {
        var last = "\n";
        try
        {
            await foreach (var piece in pieces.WithCancellation(cancellation))
            {
                if (piece.Length == 0) continue;
                await writer.WriteAsync(piece);
                last = piece;
            }
        }
        finally
        {
            if (!last.EndsWith('\n')) await writer.WriteLineAsync();
        }
    }

    static async Task ShowAsync(CommandOutput output, IAsyncEnumerable<string> pieces, CancellationToken cancellation)
    {
        var stream = new MarkdownStream();
        var shown = new AnswerView(output);
        await using var coming = pieces.GetAsyncEnumerator(cancellation);
        try
        {
            // The sign turns until a block is finished, and is gone while it is written.
            while (await output.WithStatusAsync("Answering", () => NextAsync(stream, coming)) is { } part) shown.Write(part);
        }
        finally
        {
            stream.End();
            while (stream.TryTake(out var part)) shown.Write(part);
        }
    }

    static async Task<AnswerPart?> NextAsync(MarkdownStream stream, IAsyncEnumerator<string> coming)
    {
        AnswerPart part;
        while (!stream.TryTake(out part))
        {
            if (!await coming.MoveNextAsync()) return null;
            stream.Add(coming.Current);
        }
        return part;
    }
}

/// <summary>The parts of an answer, with an empty line between them where one belongs.</summary>
sealed class AnswerView(CommandOutput output)
{
    CodeView? _code;
    int _indent;
    bool _any, _lastWasItem;

    public void Write(AnswerPart part)
    {
        switch (part)
        {
            case AnswerPart.Block block:
                var isItem = MarkdownView.IsListItem(block.Markdown);
                Separate(!(isItem && _lastWasItem));
                _lastWasItem = isItem;
                output.Write(MarkdownView.Of(block.Markdown));
                break;
            case AnswerPart.CodeStart start:
                Separate(true);
                (_code, _indent, _lastWasItem) = (new(start.Language), start.Indent + 2, false);
                break;
            case AnswerPart.CodeLine line:
                output.WriteLines([_code!.Line(line.Text, _indent)]);
                break;
        }
    }

    void Separate(bool wanted)
    {
        if (_any && wanted) output.Out.WriteLine();
        _any = true;
    }
}
