namespace CoderLsp.Completion.Documents;

/// <summary>A place between two UTF-16 code units, as the LSP counts them.</summary>
/// <param name="Line">0-based.</param>
/// <param name="Character">UTF-16 code units from the start of the line.</param>
public readonly record struct TextPosition(int Line, int Character) : IComparable<TextPosition>
{
    public int CompareTo(TextPosition other) =>
        Line != other.Line ? Line.CompareTo(other.Line) : Character.CompareTo(other.Character);

    public static bool operator <(TextPosition left, TextPosition right) => left.CompareTo(right) < 0;

    public static bool operator >(TextPosition left, TextPosition right) => left.CompareTo(right) > 0;

    public static bool operator <=(TextPosition left, TextPosition right) => left.CompareTo(right) <= 0;

    public static bool operator >=(TextPosition left, TextPosition right) => left.CompareTo(right) >= 0;

    public override string ToString() => $"{Line}:{Character}";
}

/// <summary>The text from <paramref name="Start"/> to <paramref name="End"/>, which does not belong to it.</summary>
public readonly record struct TextRange(TextPosition Start, TextPosition End)
{
    /// <summary>The empty range at <paramref name="position"/>.</summary>
    public static TextRange At(TextPosition position) => new(position, position);

    public override string ToString() => $"{Start}-{End}";
}
