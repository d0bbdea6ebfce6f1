using CoderLsp.Completion.Actions.Instructions;
using CoderLsp.Completion.Actions.Selection;
using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Actions;

/// <summary>An action that a menu shows.</summary>
/// <param name="Range">The lines that it is about.</param>
/// <param name="Diagnostic">What it mends; null for other actions than <see cref="ActionTable.Fix"/>.</param>
public sealed record ActionOffer(ActionDefinition Action, string Title, TextRange Range, CodeDiagnostic? Diagnostic = null);

/// <summary>What can be done to a place in a document. Asks no model: editors want to know at each move of the cursor.</summary>
public static class ActionOffers
{
    const int LongestMessage = 80;

    /// <summary>
    /// The actions for a selection, or for the block around an empty one. None for a selection of white space, and none outside of
    /// every block but the fixes of what is reported there.
    /// </summary>
    /// <param name="diagnostics">Those that lie elsewhere are left out.</param>
    /// <param name="only">Kinds that the client wants, those below them included; null for all.</param>
    public static IReadOnlyList<ActionOffer> For(
        TextSnapshot snapshot, TextRange range, IReadOnlyList<CodeDiagnostic> diagnostics, IReadOnlyList<string>? only = null)
    {
        if (!ActionTable.All.Any(action => action.IsOf(only))) return [];
        if (range.End < range.Start || (uint)range.Start.Line >= (uint)snapshot.LineCount || (uint)range.End.Line >= (uint)snapshot.LineCount) return [];
        var empty = range.Start == range.End;
        var lines = empty ? EnclosingBlock.At(snapshot, range.Start.Line) : SelectedLines.Of(snapshot, range);
        if (lines is null && !empty) return [];

        var offers = new List<ActionOffer>();
        if (ActionTable.Fix.IsOf(only)) AddFixes(offers, snapshot, range, lines, diagnostics);
        if (lines is { } target)
            foreach (var action in ActionTable.All)
                if (action != ActionTable.Fix && action.IsOf(only)) offers.Add(new(action, action.Title, target.RangeIn(snapshot)));
        return offers;
    }

    /// <summary>What an action on a place in a document is about: the selection, or the block around an empty one. Null: nothing is there.</summary>
    public static TextRange? Target(TextSnapshot snapshot, TextRange range) =>
        (range.Start == range.End ? EnclosingBlock.At(snapshot, range.Start.Line) : SelectedLines.Of(snapshot, range))?.RangeIn(snapshot);

    static void AddFixes(List<ActionOffer> offers, TextSnapshot snapshot, TextRange range, SelectedLines? lines, IReadOnlyList<CodeDiagnostic> diagnostics)
    {
        var asked = new SelectedLines(range.Start.Line, range.End.Line);
        foreach (var diagnostic in diagnostics)
        {
            var reported = new SelectedLines(diagnostic.Range.Start.Line, diagnostic.Range.End.Line);
            if (reported.First < 0 || reported.First > reported.Last || reported.Last >= snapshot.LineCount || !asked.Touches(reported)) continue;
            var target = (lines ?? reported).With(reported);
            var title = $"{ActionTable.Fix.Title}: {Lines.Cut(Lines.Join(diagnostic.Message), LongestMessage)}";
            offers.Add(new(ActionTable.Fix, title, target.RangeIn(snapshot), diagnostic));
        }
    }
}
