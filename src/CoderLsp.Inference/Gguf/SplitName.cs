using System.Globalization;
using System.Text.RegularExpressions;

namespace CoderLsp.Inference.Gguf;

/// <summary>The path of one part of a model that is split over several files: <c>NAME-00002-of-00004.gguf</c>.</summary>
/// <param name="Stem">The path without what numbers the part.</param>
/// <param name="Number">Of this part, 1 to <paramref name="Count"/>.</param>
public sealed partial record SplitName(string Stem, int Number, int Count)
{
    /// <summary>What all parts are called together.</summary>
    public string ModelName => Path.GetFileName(Stem);

    /// <summary>The paths of all parts, in order, all in the same folder.</summary>
    public IEnumerable<string> Paths => Enumerable.Range(1, Count).Select(PathOf);

    public string PathOf(int number) => string.Create(CultureInfo.InvariantCulture, $"{Stem}-{number:D5}-of-{Count:D5}.gguf");

    /// <summary>Null when the path is not named as a part.</summary>
    public static SplitName? Of(string path)
    {
        var match = Pattern().Match(path);
        if (!match.Success) return null;
        var (number, count) = (Number(match.Groups[2]), Number(match.Groups[3]));
        return number >= 1 && number <= count ? new(match.Groups[1].Value, number, count) : null;

        static int Number(Group group) => int.Parse(group.ValueSpan, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"^(.*[^/\\])-([0-9]{5})-of-([0-9]{5})\.gguf\z", RegexOptions.Singleline)]
    private static partial Regex Pattern();
}
