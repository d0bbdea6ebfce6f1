namespace CoderLsp.Completion.Context.Ignoring;

/// <summary>The patterns of one ignore file, or of a setting of the same syntax. The last one that matches decides.</summary>
sealed class IgnoreRules
{
    readonly IgnorePattern[] _patterns;

    IgnoreRules(IEnumerable<IgnorePattern> patterns) => _patterns = [.. patterns];

    public static IgnoreRules None { get; } = new([]);

    public static IgnoreRules Of(IEnumerable<string> lines, bool ignoreCase) =>
        new(lines.Select(line => IgnorePattern.Parse(line, ignoreCase)).OfType<IgnorePattern>());

    /// <summary>The rules of a file's text; its lines end with LF or CR LF.</summary>
    public static IgnoreRules Parse(string text, bool ignoreCase) =>
        Of(text.Split('\n').Select(line => line.EndsWith('\r') ? line[..^1] : line), ignoreCase);

    /// <summary>True: ignored. False: taken back by a pattern with <c>!</c>. Null: no pattern matches.</summary>
    /// <param name="path">From the folder of the rules, with <c>/</c> between its parts.</param>
    public bool? Verdict(ReadOnlySpan<char> path, bool isFolder)
    {
        for (var i = _patterns.Length - 1; i >= 0; i--)
            if (_patterns[i].Matches(path, isFolder)) return !_patterns[i].Negated;
        return null;
    }
}
