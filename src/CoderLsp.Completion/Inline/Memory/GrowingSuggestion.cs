using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Inline.Memory;

/// <summary>
/// A suggestion that is being generated while the user types on. As long as they type what it says, it is worth going on with: what it
/// becomes will answer the newer request. Before it says anything, that is so whatever they type: the prompt that is being computed is
/// the one of the newer request, too, but for its end. Safe for concurrent use.
/// </summary>
public sealed class GrowingSuggestion(InlineRequest request)
{
    readonly Lock _gate = new();
    readonly (TextSnapshot Snapshot, int Cursor) _target = request.Target();
    char[] _generated = new char[256];
    int _length;
    string _typed = "";

    /// <summary>Whether it was ended because the user typed something else: what there is of it is half a suggestion.</summary>
    public bool Abandoned { get; private set; }

    /// <summary>Takes the text so far; whether to end there (<see cref="InlineCompleter.CompleteAllAsync"/>).</summary>
    public bool Grow(ReadOnlySpan<char> text)
    {
        lock (_gate)
        {
            if (text.Length > _generated.Length) Array.Resize(ref _generated, text.Length * 2);
            text.CopyTo(_generated);
            _length = text.Length;
            return Abandoned |= !Agrees(_typed);
        }
    }

    /// <summary>Whether the document has changed by nothing but text at the cursor that agrees with the suggestion so far.</summary>
    public bool GoesAlong(TextSnapshot now)
    {
        var cursor = request.Snapshot.OffsetOf(request.Position);
        if (request.Ahead && TypedText.Since(now, cursor + now.Length - request.Snapshot.Length, request.Snapshot, cursor, out _)) return true; // on the way to it
        if (!TypedText.Since(request.Snapshot, cursor, now, cursor + now.Length - request.Snapshot.Length, out var typed)) return false;
        // The suggestion begins behind the popup's item; only a request says whether that is still selected.
        return request.Selected is not null || Type(typed);
    }

    /// <summary>Whether it may answer a later request, for all that is known by now.</summary>
    public bool MayAnswer(InlineRequest later)
    {
        var (snapshot, cursor) = later.Target();
        if (later.Indentation != request.Indentation || !TypedText.Since(_target.Snapshot, _target.Cursor, snapshot, cursor, out var typed)) return false;
        // Who asks wants several, at that place.
        if (request.Trigger == later.Trigger ? typed.Length > 0 && later.Trigger == InlineTrigger.Invoked : later.Trigger == InlineTrigger.Invoked) return false;
        return Type(typed);
    }

    bool Type(ReadOnlySpan<char> typed)
    {
        var text = typed.ToString().ReplaceLineEndings("\n");
        lock (_gate)
        {
            if (Abandoned || !Agrees(text)) return false;
            _typed = text;
            return true;
        }
    }

    bool Agrees(string typed)
    {
        var common = Math.Min(typed.Length, _length);
        return typed.AsSpan(0, common).SequenceEqual(_generated.AsSpan(0, common));
    }
}
