namespace CoderLsp.Completion.Context.Files;

/// <summary>How the platform compares paths.</summary>
static class Paths
{
    /// <summary>The file systems of Windows and macOS keep the case of names and do not tell them apart by it.</summary>
    public static bool IgnoreCase { get; } = OperatingSystem.IsWindows() || OperatingSystem.IsMacOS();

    public static StringComparer Comparer { get; } = IgnoreCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    public static StringComparison Comparison { get; } = IgnoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    /// <summary>A full path without a separator at its end; empty for what is no path.</summary>
    public static string Normal(string path) =>
        path.Length == 0 || path.Contains('\0') ? "" : Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));

    /// <summary>Whether a normal path lies in a folder, or is that folder.</summary>
    public static bool IsInside(string path, string folder) =>
        path.StartsWith(folder, Comparison)
        && (path.Length == folder.Length || Path.EndsInDirectorySeparator(folder) || IsSeparator(path[folder.Length]));

    /// <summary>What follows a folder in the path of something inside it, with <c>/</c> between the parts.</summary>
    public static string Relative(string path, string folder)
    {
        var rest = path[Math.Min(path.Length, Path.EndsInDirectorySeparator(folder) ? folder.Length : folder.Length + 1)..];
        return Path.DirectorySeparatorChar == '/' ? rest : rest.Replace(Path.DirectorySeparatorChar, '/');
    }

    /// <summary>Folders to go up and down from one file to the other.</summary>
    public static int Distance(string from, string to)
    {
        var (a, b) = (from.Split(Path.DirectorySeparatorChar), to.Split(Path.DirectorySeparatorChar));
        var same = 0;
        while (same < a.Length - 1 && same < b.Length - 1 && a[same].Equals(b[same], Comparison)) same++;
        return a.Length + b.Length - 2 - 2 * same;
    }

    static bool IsSeparator(char c) => c == Path.DirectorySeparatorChar || c == Path.AltDirectorySeparatorChar;
}
