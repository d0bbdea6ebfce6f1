namespace CoderLsp.Commands.Chat;

/// <summary>
/// Reads questions from a terminal. A line that ends with a backslash goes on in the next one. Ctrl-C forgets what was typed and says how
/// to leave; a second one leaves.
/// </summary>
sealed class QuestionReader(CommandOutput output)
{
    readonly Lock _gate = new();
    TaskCompletionSource? _interrupt;
    Task<string?>? _reading;

    /// <summary>Ctrl-C was pressed; false when nobody is asked for a question.</summary>
    public bool Interrupt()
    {
        lock (_gate) return _interrupt?.TrySetResult() ?? false;
    }

    /// <summary>The next question; null when there will be none.</summary>
    public async Task<string?> ReadAsync()
    {
        var lines = new List<string>();
        var warned = false;
        while (true)
        {
            var (interrupted, line) = await ReadLineAsync(lines.Count == 0 ? "> " : "… ");
            if (interrupted || line is null) await output.Error.WriteLineAsync();
            if (interrupted)
            {
                if (warned) return null;
                warned = true;
                lines.Clear();
                await output.Error.WriteLineAsync("Press Ctrl-C again to leave, or Ctrl-D, or type /exit.");
                continue;
            }
            if (line is null) return lines.Count == 0 ? null : string.Join('\n', lines);
            warned = false;
            var goesOn = line.EndsWith('\\');
            lines.Add(goesOn ? line[..^1] : line);
            if (goesOn) continue;
            if (string.Join('\n', lines).Trim() is { Length: > 0 } question) return question;
            lines.Clear();
        }
    }

    async Task<(bool Interrupted, string? Line)> ReadLineAsync(string prompt)
    {
        var interrupt = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // Before the prompt is seen: who sees it may press Ctrl-C at once.
        lock (_gate) _interrupt = interrupt;
        await output.Error.WriteAsync(prompt);
        // A read cannot be given up: the one that Ctrl-C interrupted is there for the next line.
        var reading = _reading ??= Task.Run(output.In.ReadLine);
        var interrupted = await Task.WhenAny(reading, interrupt.Task) == interrupt.Task;
        lock (_gate) _interrupt = null;
        if (interrupted) return (true, null);
        _reading = null;
        return (false, await reading);
    }
}
