namespace CoderLsp.Models.Chat;

/// <summary>
/// Makes pieces of a growing reply. What may still turn out to be the beginning of a stop text waits, and so does white space, which at the
/// end is left out.
/// </summary>
/// <param name="lead">What the template puts before a reply; left out when the model writes it.</param>
/// <param name="stops">The reply ends before the first of these.</param>
sealed class ReplyStream(string lead, IReadOnlyList<string> stops, Action<string> send)
{
    int _start = -1, _sent;

    /// <summary>The reply so far, without what waits.</summary>
    public string Text { get; private set; } = "";

    /// <summary>Takes all text so far; true when a stop text was found.</summary>
    public bool Add(ReadOnlySpan<char> text)
    {
        var (end, stopped) = (text.Length, false);
        foreach (var stop in stops)
            if (text[..end].IndexOf(stop, StringComparison.Ordinal) is var place and >= 0) (end, stopped) = (place, true);
        var waiting = 0;
        foreach (var stop in stops) waiting = Math.Max(waiting, stopped ? 0 : PossibleStart(stop, text));
        Send(text[..(end - waiting)], isEnd: false);
        return stopped;
    }

    /// <summary>Takes the whole text when nothing follows.</summary>
    public void End(ReadOnlySpan<char> text)
    {
        foreach (var stop in stops)
            if (text.IndexOf(stop, StringComparison.Ordinal) is var place and >= 0) text = text[..place];
        Send(text, isEnd: true);
    }

    void Send(ReadOnlySpan<char> text, bool isEnd)
    {
        if (_start < 0)
        {
            if (!isEnd && text.Length < lead.Length) return;
            _sent = _start = text.StartsWith(lead, StringComparison.Ordinal) ? lead.Length : 0;
        }

        var end = text.TrimEnd().Length;
        if (end <= _sent) return;
        var piece = text[_sent..end].ToString();
        _sent = end;
        Text += piece;
        send(piece);
    }

    /// <summary>How many characters at the end of the text may begin the stop text.</summary>
    static int PossibleStart(string stop, ReadOnlySpan<char> text)
    {
        for (var length = Math.Min(stop.Length - 1, text.Length); length > 0; length--)
            if (text.EndsWith(stop.AsSpan(0, length), StringComparison.Ordinal)) return length;
        return 0;
    }
}
