using System.Security.Cryptography;
using System.Text;

namespace CoderLsp.TypingBench;

/// <summary>What was done to the text.</summary>
enum Act
{
    /// <summary>The file was opened and the cursor brought to the first place.</summary>
    Open,

    /// <summary>The cursor went to another place: lines were deleted there, and an empty one opened where something will be typed.</summary>
    Jump,

    /// <summary>One character was typed.</summary>
    Type,

    /// <summary>The suggestion was taken, with one key.</summary>
    Accept,

    /// <summary>The last characters typed were taken back; they will be typed again.</summary>
    Undo,
}

/// <summary>At an offset, so many characters were replaced by others.</summary>
readonly record struct TextChange(int Start, int Removed, string Inserted);

/// <summary>
/// Somebody who makes a trace's edits with a keyboard: goes to each place, types what was inserted there character by character, takes a
/// suggestion whose whole text is what comes next, and now and then undoes and types again. The same seed and answers give the same keys.
/// </summary>
sealed class Typist(Trace trace, int seed)
{
    const double UndoProbability = 0.02;
    const int MostUndone = 8;

    readonly Random _random = new(seed);
    int _edits;         // begun so far
    string _wanted = ""; // what the edit begun last types
    int _typed;         // of it

    public string Text { get; private set; } = trace.Before;

    /// <summary>Offset in <see cref="Text"/>.</summary>
    public int Cursor { get; private set; }

    /// <summary>Characters that came in so far, by keys and by accepting.</summary>
    public int Characters { get; private set; }

    /// <summary>Keys for them.</summary>
    public int Keys { get; private set; }

    public bool IsDone => _typed == _wanted.Length && _edits == trace.Edits.Count;

    /// <summary>Whether the text has become what the commit made of it.</summary>
    public bool IsRight => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text))) == trace.AfterSha256;

    /// <summary>Whether a suggestion is taken: it is all what is typed next, and at least two characters of it can be seen.</summary>
    public bool Wants(string suggestion) =>
        suggestion.Count(c => !char.IsWhiteSpace(c)) >= 2 && _wanted.AsSpan(_typed).StartsWith(suggestion, StringComparison.Ordinal);

    /// <summary>Does what comes next.</summary>
    /// <param name="suggestion">What is shown at the cursor; empty for nothing.</param>
    public (Act Act, TextChange Change) Next(string suggestion)
    {
        if (_typed == _wanted.Length) return (_edits == 0 ? Act.Open : Act.Jump, Begin(trace.Edits[_edits++]));
        if (Wants(suggestion)) return (Act.Accept, Insert(suggestion));
        if (_typed > 0 && _random.NextDouble() < UndoProbability) return (Act.Undo, TakeBack(Math.Min(_typed, _random.Next(1, MostUndone + 1))));
        return (Act.Type, Insert(char.IsHighSurrogate(_wanted[_typed]) ? _wanted.Substring(_typed, 2) : _wanted[_typed].ToString()));
    }

    TextChange Begin(Edit edit)
    {
        (_wanted, _typed) = (edit.Insert ?? "", 0);
        var lines = Text.Count(c => c == '\n') + 1;
        var (start, end) = (LineStart(edit.Line), LineStart(edit.Line + edit.Delete));
        var reachesEnd = edit.Line + edit.Delete >= lines; // the last line has no line feed behind it
        if (edit.Insert is null)
        {
            if (reachesEnd && start > 0) start--;
            return Apply(new(start, end - start, ""), 0);
        }

        if (edit.Line == lines) return Apply(new(start, 0, "\n"), 1);
        return Apply(new(start, end - start, reachesEnd ? "" : "\n"), 0);
    }

    TextChange Insert(string text)
    {
        _typed += text.Length;
        Characters += text.Length;
        Keys++;
        return Apply(new(Cursor, 0, text), text.Length);
    }

    TextChange TakeBack(int count)
    {
        if (char.IsLowSurrogate(_wanted[_typed - count])) count++;
        _typed -= count;
        return Apply(new(Cursor - count, count, ""), 0);
    }

    /// <param name="forward">Where the cursor is then, from the change's start.</param>
    TextChange Apply(TextChange change, int forward)
    {
        Text = string.Concat(Text.AsSpan(0, change.Start), change.Inserted, Text.AsSpan(change.Start + change.Removed));
        Cursor = change.Start + forward;
        return change;
    }

    /// <summary>Offset of a line; behind the last one the end of the text.</summary>
    int LineStart(int line)
    {
        var start = 0;
        for (; line > 0; line--)
        {
            var end = Text.IndexOf('\n', start);
            if (end < 0) return Text.Length;
            start = end + 1;
        }

        return start;
    }
}
