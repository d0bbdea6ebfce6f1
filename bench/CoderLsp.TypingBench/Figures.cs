namespace CoderLsp.TypingBench;

/// <param name="Name">For programs; with its unit at the end.</param>
/// <param name="Title">For people.</param>
/// <param name="Format">As of <see cref="double.ToString(string)"/>.</param>
/// <param name="Value">Null: nothing to count.</param>
readonly record struct Figure(string Name, string Title, string Format, double? Value)
{
    public string Text => Value?.ToString(Format, System.Globalization.CultureInfo.InvariantCulture) ?? "–";
}

/// <summary>The figures of a recording.</summary>
static class Figures
{
    public static IReadOnlyList<Figure> Of(Recording recording)
    {
        var answers = recording.Keystrokes.Where(k => k.Answer is not null).Select(k => (k.Act, Answer: k.Answer!.Value)).ToList();
        // Where there is nothing to suggest, that is known at once: such answers would only make the times look better.
        var made = answers.Where(a => a.Answer.Text.Length > 0 || a.Answer.Cost is { Generated: > 0 }).ToList();
        var (opened, jumped) = (Times(Act.Open), Times(Act.Jump));
        var typed = Times(Act.Type, Act.Accept, Act.Undo);
        var counted = made.Where(a => a.Act is not (Act.Open or Act.Jump) && a.Answer.Cost is not null).Select(a => a.Answer).ToList();
        var computed = counted.Select(a => (double)a.Cost!.Value.Computed).ToList();
        var remembered = counted.Where(a => a.Cost!.Value.FromMemory).Select(a => a.Time.TotalMilliseconds).ToList();
        var (all, origins) = (recording.Keystrokes.Count, recording.Origins);
        return
        [
            new("typing_p50_ms", "keystroke → suggestion while typing, p50, ms", "F1", Quantile(typed, 0.5)),
            new("typing_p95_ms", "the same, p95, ms", "F1", Quantile(typed, 0.95)),
            new("jump_p50_ms", "after a jump, p50, ms", "F0", Quantile(jumped, 0.5)),
            new("open_p50_ms", "new file, p50, ms", "F0", Quantile(opened, 0.5)),
            new("open_prompt_tokens", "prompt of a new file, tokens, p50", "F0",
                Quantile([.. made.Where(a => a.Act == Act.Open && a.Answer.Cost is not null).Select(a => (double)a.Answer.Cost!.Value.Prompt)], 0.5)),
            new("computed_p50_tokens", "prompt tokens computed a keystroke, p50", "F0", Quantile(computed, 0.5)),
            new("computed_mean_tokens", "the same, mean", "F1", computed.Count > 0 ? computed.Average() : null),
            new("generated_mean_tokens", "tokens generated a suggestion, mean", "F1", Mean(counted.Where(a => !a.Cost!.Value.FromMemory).Select(a => a.Cost!.Value.Generated))),
            new("memory_share", "answered from memory", "P1", origins.Computed > 0 ? (double)origins.FromMemory / (origins.Computed + origins.FromMemory) : null),
            new("memory_p95_ms", "the same: keystroke → suggestion, p95, ms", "F1", Quantile(remembered, 0.95)),
            new("shown_share", "keystrokes with a suggestion", "P1", Share(k => k.Answer is { Text.Length: > 0 })),
            new("accepted_share", "keystrokes that accept one", "P1", Share(k => k.Act == Act.Accept)),
            new("saved_share", "keystrokes saved", "P1", recording.Characters > 0 ? 1 - (double)recording.Keys / recording.Characters : null),
            new("overtaken_share", "requests overtaken by the next key", "P1", Share(k => k.Answer is null)),
            new("cancelled_share", "computations ended early", "P1", origins.Computed > 0 ? (double)origins.Cancelled / (origins.Computed + origins.Cancelled) : null),
            new("processor_s", "processor time a request, s", "F3", all > 0 ? recording.Processor.TotalSeconds / all : null),
            new("keystrokes", "keystrokes", "F0", all),
        ];

        List<double> Times(params Act[] acts) => [.. made.Where(a => acts.Contains(a.Act)).Select(a => a.Answer.Time.TotalMilliseconds)];

        double? Share(Func<Keystroke, bool> counts) => all > 0 ? recording.Keystrokes.Count(counts) / (double)all : null;
    }

    static double? Mean(IEnumerable<int> values) => values.Select(v => (double?)v).Average();

    static double? Quantile(List<double> values, double share) =>
        values.Count == 0 ? null : values.Order().ElementAt(Math.Min(values.Count - 1, (int)(values.Count * share)));
}
