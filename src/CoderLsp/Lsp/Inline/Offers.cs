using System.Text.Json;
using CoderLsp.Completion.Documents;
using CoderLsp.Completion.Inline;
using CoderLsp.Protocol.Messages;

namespace CoderLsp.Lsp.Inline;

/// <summary>
/// What was suggested and what became of it. A suggestion counts as shown when the client says so
/// (<c>textDocument/didShowCompletion</c>), when it is accepted, or, where a client never says so, when it stood for long enough to be
/// read. It counts as rejected when it was shown and the user went on with something else. Who types what is suggested decides nothing.
/// </summary>
sealed class Offers(AcceptHistory history, TimeProvider time)
{
    /// <summary>Shorter than this nobody has read it: the typing just went on.</summary>
    public static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(0.75);

    // Clients may still accept an older one; what is forgotten counts as nothing.
    const int MostKept = 256;

    readonly Lock _gate = new();
    readonly Dictionary<string, Item> _items = [];
    readonly Queue<string> _order = [];
    readonly Dictionary<string, Standing> _standing = new(StringComparer.Ordinal); // by document
    readonly string _session = Guid.NewGuid().ToString("N")[..8]; // a client may outlive the server and send back what another one offered
    long _count;
    bool _clientReports;

    /// <summary>A reply's items; what becomes of one of them is what becomes of all.</summary>
    sealed class Offer(string language, long at, bool automatic)
    {
        public string Language => language;
        public long At => at;
        public bool Automatic => automatic;
        public bool Shown { get; set; }
        public bool Rejected { get; set; }
        public bool Accepted { get; set; }
        public int AcceptedLength { get; set; }
    }

    sealed record Item(Offer Offer, int Length);

    /// <summary>The latest offer in a document. The text is kept no longer: that of a large document takes much memory.</summary>
    sealed record Standing(Offer Offer, TextSnapshot Snapshot, IReadOnlyList<InlineSuggestion> Suggestions);

    /// <summary>The suggestions go to the client; the ids by which it speaks of them.</summary>
    public IReadOnlyList<string> Add(TextSnapshot snapshot, IReadOnlyList<InlineSuggestion> suggestions, InlineTrigger trigger)
    {
        lock (_gate)
        {
            var offer = new Offer(AcceptHistory.LanguageOf(snapshot.LanguageId), time.GetTimestamp(), trigger == InlineTrigger.Automatic);
            _standing[snapshot.Uri] = new(offer, snapshot, suggestions);
            return [.. suggestions.Select(suggestion => Register(new(offer, suggestion.Text.Length)))];
        }
    }

    /// <summary>The client asks about the document anew, with this text and cursor: what stood there is gone.</summary>
    public void Supersede(TextSnapshot snapshot, int cursor)
    {
        lock (_gate)
        {
            if (!_standing.Remove(snapshot.Uri, out var standing)) return;
            var offer = standing.Offer;
            if (offer.Accepted || offer.AcceptedLength > 0 || TypedAlong(standing, snapshot, cursor)) return;
            if (!offer.Shown && !_clientReports && offer.Automatic && time.GetElapsedTime(offer.At) >= LongEnough) Show(offer);
            if (!offer.Shown || snapshot == standing.Snapshot) return; // the same text again: the cursor moved, or the client asked twice
            offer.Rejected = true;
            history.Rejected(offer.Language);
        }
    }

    public void Closed(string uri)
    {
        lock (_gate) _standing.Remove(uri);
    }

    /// <summary><c>textDocument/didShowCompletion</c>.</summary>
    public void Shown(InlineItemParams shown)
    {
        lock (_gate)
        {
            _clientReports = true;
            if (Find(IdOf(shown.Item)) is var (offer, _)) Show(offer);
        }
    }

    /// <summary><c>textDocument/didPartiallyAcceptCompletion</c>: the length counts from the start, those accepted before included.</summary>
    public void PartlyAccepted(InlineItemParams part)
    {
        lock (_gate)
        {
            if (part.AcceptedLength.ValueKind != JsonValueKind.Number || !part.AcceptedLength.TryGetInt32(out var length) || length <= 0
                || Find(IdOf(part.Item)) is not var (offer, whole) || offer.Accepted) return;
            length = Math.Min(length, whole);
            if (length <= offer.AcceptedLength) return;
            if (length == whole)
            {
                Take(offer, whole);
                return;
            }
            Show(offer);
            history.AcceptedPart(offer.Language, length - offer.AcceptedLength, first: offer.AcceptedLength == 0);
            offer.AcceptedLength = length;
        }
    }

    /// <summary>The user accepted the item of this id; an unknown one is ignored.</summary>
    public void Accepted(string? id)
    {
        lock (_gate)
            if (Find(id) is var (offer, length) && !offer.Accepted) Take(offer, length);
    }

    void Take(Offer offer, int length)
    {
        Show(offer);
        if (offer.AcceptedLength > 0) history.AcceptedRest(offer.Language, length - offer.AcceptedLength);
        // Editors change the document first, and may ask again, before they say why.
        else history.Accepted(offer.Language, length, correction: offer.Rejected);
        (offer.Accepted, offer.Rejected) = (true, false);
    }

    void Show(Offer offer)
    {
        if (!offer.Shown) history.Shown(offer.Language);
        offer.Shown = true;
    }

    string Register(Item item)
    {
        var id = $"{_session}-{++_count}";
        _items.Add(id, item);
        _order.Enqueue(id);
        if (_order.Count > MostKept) _items.Remove(_order.Dequeue());
        return id;
    }

    Item? Find(string? id) => id is not null && _items.TryGetValue(id, out var item) ? item : null;

    /// <summary>Whether what stands before the cursor now is how one of the suggestions begins, or all of it.</summary>
    static bool TypedAlong(Standing standing, TextSnapshot now, int cursor)
    {
        if (now == standing.Snapshot) return false;
        foreach (var suggestion in standing.Suggestions)
        {
            var start = standing.Snapshot.OffsetOf(suggestion.Range.Start);
            if (cursor > start && cursor <= now.Length && suggestion.Text.AsSpan().StartsWith(now.Slice(start, cursor))) return true;
        }
        return false;
    }

    /// <summary>The id that came with an item: the first argument of its command. Null for whatever else it may be.</summary>
    static string? IdOf(JsonElement item) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty("command", out var command)
        && command.ValueKind == JsonValueKind.Object && command.TryGetProperty("arguments", out var arguments)
        && arguments.ValueKind == JsonValueKind.Array && arguments.GetArrayLength() > 0 ? JsonText.Of(arguments[0]) : null;
}
