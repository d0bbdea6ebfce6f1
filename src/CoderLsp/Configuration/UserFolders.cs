namespace CoderLsp.Configuration;

/// <summary>Where this platform keeps a user's files.</summary>
static class UserFolders
{
    /// <summary>The user's <c>config.json</c>: <c>~/.config/coderlsp</c> (or XDG_CONFIG_HOME), <c>%APPDATA%</c>, <c>~/Library/Application Support</c>.</summary>
    public static string ConfigurationFile => Path.Combine(Folder(Environment.SpecialFolder.ApplicationData), "coderlsp", "config.json");

    /// <summary>The user's models: <c>~/.local/share/coderlsp/models</c> (or XDG_DATA_HOME), <c>%LOCALAPPDATA%</c>, <c>~/Library/Application Support</c>.</summary>
    public static string Models => Path.Combine(Folder(Environment.SpecialFolder.LocalApplicationData), "coderlsp", "models");

    /// <summary>What can be made again: <c>~/.cache/coderlsp</c> (or XDG_CACHE_HOME), <c>%LOCALAPPDATA%</c>, <c>~/Library/Caches</c>.</summary>
    public static string Cache => OperatingSystem.IsWindows() ? Path.Combine(Folder(Environment.SpecialFolder.LocalApplicationData), "coderlsp", "cache")
        : OperatingSystem.IsMacOS() ? Path.Combine(Folder(Environment.SpecialFolder.UserProfile), "Library", "Caches", "coderlsp")
        : Path.Combine(Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache : Expand("~/.cache"), "coderlsp");

    /// <summary>What the program has learnt: <c>~/.local/state/coderlsp</c> (or XDG_STATE_HOME), <c>%LOCALAPPDATA%</c>, <c>~/Library/Application Support</c>.</summary>
    public static string State => OperatingSystem.IsWindows() || OperatingSystem.IsMacOS()
        ? Path.Combine(Folder(Environment.SpecialFolder.LocalApplicationData), "coderlsp", "state")
        : Path.Combine(Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } state ? state : Expand("~/.local/state"), "coderlsp");

    /// <summary><paramref name="path"/> with a leading <c>~</c> replaced, which a shell does only for its own arguments.</summary>
    public static string Expand(string path) =>
        path == "~" || path.StartsWith("~/", StringComparison.Ordinal) || path.StartsWith("~\\", StringComparison.Ordinal)
            ? Path.Join(Folder(Environment.SpecialFolder.UserProfile), path[1..]) : path;

    /// <summary>A folder for the user only, where the platform's folders are not private by themselves.</summary>
    public static void CreatePrivate(string folder)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    static string Folder(Environment.SpecialFolder folder) => Environment.GetFolderPath(folder, Environment.SpecialFolderOption.DoNotVerify);
}
