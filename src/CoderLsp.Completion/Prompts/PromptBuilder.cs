using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Prompts;

/// <summary>
/// Makes the prompt of a cursor. The rule behind the order of its parts: nothing that a keystroke changes stands before what it does
/// not change, since a cache of computed tokens holds up to the first difference. So the text from the anchor (where typing began) to
/// the cursor comes last, as the beginning of the middle that the model is to produce.
/// Deterministic, and not safe for concurrent use.
/// </summary>
/// <param name="model">Whose tokens and order these are.</param>
/// <param name="healing">Whether the word at the cursor is taken back (<see cref="TokenHealing"/>); without, only to measure what it is good for.</param>
public sealed class PromptBuilder(IInfillModel model, bool healing = true)
{
    /// <summary>Fewest tokens that a prompt is built for.</summary>
    public const int SmallestBudget = 16;

    const int MostTypedTokens = 256;
    const int MostHealedTokens = 32; // of the answer: what was taken back is generated again

    readonly TokenCache _cache = new(model);

    /// <summary>The order in which prompts are built: left to right for a model without the tokens for the order that it names.</summary>
    public InfillOrder Order { get; } = model.Format switch
    {
        { Order: InfillOrder.PrefixFirst, HasInfillTokens: true, Middle: not null } => InfillOrder.PrefixFirst,
        { Order: InfillOrder.SuffixFirst, HasInfillTokens: true } => InfillOrder.SuffixFirst,
        _ => InfillOrder.None,
    };

    /// <param name="cursor">Offset in the document.</param>
    /// <param name="anchor">Offset where typing began, at or before the cursor; see <see cref="TypingAnchor"/>.</param>
    /// <param name="budget">Most tokens, at least <see cref="SmallestBudget"/>.</param>
    /// <param name="context">What stands before everything else; at most half of the budget.</param>
    public Prompt Build(TextSnapshot snapshot, int cursor, int anchor, int budget, ContextPart? context = null)
    {
        context ??= ContextPart.None;
        ArgumentOutOfRangeException.ThrowIfLessThan(budget, SmallestBudget);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(cursor, snapshot.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(anchor, cursor);

        // The shares do not depend on what is typed, or the windows would move with it.
        var typedBudget = TypedTokens(budget);
        var room = budget - context.Tokens.Count - SpecialTokens - typedBudget - Math.Min(MostHealedTokens, budget / 16);
        var (from, healed, typed) = Typed(snapshot, cursor, anchor, typedBudget);

        var window = new TextWindow(snapshot, _cache);
        List<int> suffix = [];
        var prefixBudget = room;
        if (Order != InfillOrder.None)
        {
            suffix = window.After(cursor, room / 4, room / 4);
            // Rounded up, so that a bracket more or less behind the cursor leaves the prefix as it is.
            var unit = Math.Max(1, room / 16);
            prefixBudget -= (suffix.Count + unit - 1) / unit * unit;
        }
        var prefix = window.Before(from, Math.Max(0, prefixBudget), room);
        return Assemble(context, prefix, suffix, typed, snapshot.Slice(healed, cursor).ToString(), from);
    }

    /// <summary>Most tokens of typed text: with more, the anchor moves.</summary>
    internal static int TypedTokens(int budget) => Math.Min(MostTypedTokens, budget / 8);

    int SpecialTokens => (model.Format.Bos is null ? 0 : 1) + (Order == InfillOrder.None ? 0 : model.Format.Middle is null ? 2 : 3);

    Prompt Assemble(ContextPart context, List<int> prefix, List<int> suffix, int[] typed, string healed, int anchor)
    {
        var format = model.Format;
        var tokens = new List<int>(prefix.Count + suffix.Count + typed.Length + 4);
        var parts = new List<PromptPart>();
        if (format.Bos is not null) Add("begin", [], format.Bos);
        tokens.AddRange(context.Tokens);
        parts.AddRange(context.Parts);
        switch (Order)
        {
            case InfillOrder.PrefixFirst:
                Add("prefix", prefix, format.Prefix);
                Add("suffix", suffix, format.Suffix);
                Add("typed", typed, format.Middle);
                break;
            case InfillOrder.SuffixFirst when format is { PrefixInMiddle: true, Middle: not null }:
                Add("suffix", suffix, format.Prefix, format.Suffix);
                Add("prefix", prefix, format.Middle);
                Add("typed", typed);
                break;
            case InfillOrder.SuffixFirst:
                Add("suffix", suffix, format.Suffix);
                Add("prefix", prefix, format.Prefix);
                Add("typed", typed, format.Middle);
                break;
            default:
                Add("prefix", prefix);
                Add("typed", typed);
                break;
        }
        return new(tokens, healed, parts, anchor);

        void Add(string name, IReadOnlyCollection<int> text, params ReadOnlySpan<int?> special)
        {
            var before = tokens.Count;
            foreach (var id in special)
                if (id is { } marker) tokens.Add(marker);
            tokens.AddRange(text);
            parts.Add(new(name, tokens.Count - before));
        }
    }

    /// <summary>
    /// The typed text: from the anchor, or where that is too much, from the start of the cursor's line or from a place in it, to the
    /// point from which the text is taken back.
    /// </summary>
    (int From, int Healed, int[] Tokens) Typed(TextSnapshot snapshot, int cursor, int anchor, int budget)
    {
        foreach (var from in TypedStarts(snapshot, cursor, anchor))
        {
            // A token of code has 3 characters or so: what is much longer needs no counting.
            if (cursor - from > budget * 8) continue;
            var line = Math.Max(from, snapshot.LineStart(snapshot.LineAt(cursor)));
            var healed = healing ? cursor - TokenHealing.Length(snapshot.Slice(line, cursor)) : cursor;
            var tokens = _cache.EncodeOnce(snapshot.Slice(from, healed));
            if (tokens.Length <= budget) return (from, healed, tokens);
        }
        return (cursor, cursor, []);
    }

    static IEnumerable<int> TypedStarts(TextSnapshot snapshot, int cursor, int anchor)
    {
        yield return anchor;
        var line = Math.Max(anchor, snapshot.LineStart(snapshot.LineAt(cursor)));
        yield return line;
        // In a line of enormous length: on a grid, so that the place holds for the keystrokes to come, and a little before the cursor.
        for (var step = 512; step >= 4; step /= 2)
        {
            var from = line + Math.Max(0, (cursor - line) / step - 1) * step;
            yield return snapshot.SplitsPair(from) ? from - 1 : from;
        }
    }
}
