using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Tests.Prompts;

/// <summary>What became of a document by one edit.</summary>
/// <param name="Typed">What was typed at the cursor, where that is all that happened; else null.</param>
sealed record EditStep(TextSnapshot Snapshot, int Cursor, string? Typed);

/// <summary>
/// Edits one document as people do: mostly they type, and now and then they take back, undo, paste, close brackets, write at several
/// places at once, change something above, delete, or jump elsewhere.
/// </summary>
sealed class RandomTyping(Random random, string uri)
{
    static readonly string[] Keys =
        ["a", "b", "name", "x", " ", " ", "(", ")", ".", ";", "=", "_", "7", "\n", "\n    ", "\r\n", "漢", "ж", "😀", "\"", "\t", "if (", "return "];
    static readonly string[] Lines = ["    var total = Sum(items, 0);\n", "}\n", "\n", "// a comment, 😀\n", "        call(x, y, z).then(other);\r\n", "漢字 = 1\n"];

    readonly List<(TextSnapshot Snapshot, int Cursor)> _past = [];
    TextSnapshot _now = new(uri, "csharp", 0, "");
    int _cursor;

    public EditStep Next()
    {
        var typed = random.Next(100) switch
        {
            < 78 => Type(Keys[random.Next(Keys.Length)]),
            < 84 => Take(() => Replace(Before(_cursor), _cursor, "")),
            < 87 => Take(Undo),
            < 89 => Take(() => Replace(_cursor, _cursor, Text(random.Next(1, 40)))),
            < 91 => Take(() =>
            {
                Replace(_cursor, _cursor, "()");
                _cursor--;
            }),
            < 93 => Take(() =>
            {
                var other = Place();
                Replace(_cursor, _cursor, "k");
                Insert(other, "k");
            }),
            < 95 => Take(() => Insert(_now.LineStart(random.Next(_now.LineAt(_cursor) + 1)), Text(1))),
            < 97 => Take(() =>
            {
                var (one, other) = (Place(), Place());
                Replace(Math.Min(one, other), Math.Min(Math.Max(one, other), Math.Min(one, other) + 200), "");
            }),
            _ => Take(() => _cursor = Place()),
        };
        return new(_now, _cursor, typed);
    }

    public string Text(int lines) => string.Concat(Enumerable.Range(0, lines).Select(_ => Lines[random.Next(Lines.Length)]));

    string Type(string text)
    {
        Replace(_cursor, _cursor, text);
        return text;
    }

    static string? Take(Action edit)
    {
        edit();
        return null;
    }

    void Undo()
    {
        if (_past.Count == 0) return;
        (_now, _cursor) = _past[^1];
        _past.RemoveAt(_past.Count - 1);
    }

    void Insert(int at, string text)
    {
        var cursor = _cursor >= at ? _cursor + text.Length : _cursor;
        Replace(at, at, text);
        _cursor = Whole(Math.Min(cursor, _now.Length));
    }

    void Replace(int start, int end, string text)
    {
        _past.Add((_now, _cursor));
        // Cut to whole characters, as editors do.
        end = Whole(Math.Min(end, _now.Length));
        start = Whole(Math.Min(start, end));
        _now = _now.WithChange(new(_now.PositionOf(start), _now.PositionOf(end)), text, _past.Count);
        _cursor = Whole(Math.Min(start + text.Length, _now.Length));
    }

    int Before(int offset) => offset == 0 ? 0 : Whole(offset - 1);

    int Place() => Whole(random.Next(_now.Length + 1));

    int Whole(int offset) => _now.OffsetOf(_now.PositionOf(offset));
}
