using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Inline.Memory;

/// <summary>
/// The suggestions of late, by document. A request is answered from here when the document is as it was then but for what was typed at
/// the cursor, and that is how the suggestion begins; also after an undo or a backspace, and without any model.
/// A remembered suggestion was fit to be shown and stays so: what the user types of it only makes it surer. So neither the gate nor the
/// rules about stopping are asked again, and a suggestion of several lines stays one while it is typed along.
/// Safe for concurrent use.
/// </summary>
public sealed class SuggestionMemory
{
    /// <summary>Most places that are remembered of a document: as many keystrokes can be taken back.</summary>
    public const int MostPlaces = 32;

    // Snapshots share their text where the client sends changes only; where it sends the whole text each time, they do not.
    const int MostCharacters = 4 << 20;
    const int MostDocuments = 16;

    readonly Lock _gate = new();
    readonly Dictionary<string, List<RememberedSuggestions>> _documents = new(StringComparer.Ordinal); // each used last first
    readonly List<string> _order = []; // of documents, used last first

    /// <summary>What is remembered for a request; empty: that there is nothing worth showing. Null: nothing is known.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The position, or the range of the selected item, does not exist in the document.</exception>
    public IReadOnlyList<InlineSuggestion>? Recall(InlineRequest request)
    {
        var (snapshot, cursor) = request.Target();
        lock (_gate)
        {
            if (!_documents.TryGetValue(snapshot.Uri, out var places)) return null;
            for (var i = 0; i < places.Count; i++)
            {
                if (places[i].At(snapshot, cursor, request) is not { } items) continue;
                var used = places[i];
                places.RemoveAt(i);
                places.Insert(0, used);
                return [.. items.Select(item => item.ReplacingFor(request))];
            }
            return null;
        }
    }

    /// <summary>Remembers what was found for a request.</summary>
    public void Add(InlineRequest request, IReadOnlyList<InlineSuggestion> found)
    {
        var (snapshot, cursor) = request.Target();
        var begun = request.Selected?.Text.Length ?? 0;
        var items = found.Select(item => item with { Text = item.Text[begun..], Usage = default });
        lock (_gate)
        {
            var places = Touch(snapshot.Uri);
            places.RemoveAll(place => place.IsOf(snapshot, cursor));
            places.Insert(0, new(snapshot, cursor, [.. items], request.Trigger == InlineTrigger.Invoked, request.Indentation));
            var most = Math.Clamp(MostCharacters / Math.Max(1, snapshot.Length), 1, MostPlaces);
            if (places.Count > most) places.RemoveRange(most, places.Count - most);
        }
    }

    /// <summary>Forgets a document that was closed.</summary>
    public void Forget(string uri)
    {
        lock (_gate)
        {
            _documents.Remove(uri);
            _order.Remove(uri);
        }
    }

    List<RememberedSuggestions> Touch(string uri)
    {
        _order.Remove(uri);
        _order.Insert(0, uri);
        if (_documents.TryGetValue(uri, out var places)) return places;
        if (_order.Count > MostDocuments)
        {
            _documents.Remove(_order[^1]);
            _order.RemoveAt(_order.Count - 1);
        }
        return _documents[uri] = [];
    }
}
