namespace CoderLsp.Completion.Context;

/// <summary>Documents' URIs and the paths of their files.</summary>
public static class DocumentUri
{
    /// <summary>
    /// The path of a <c>file:</c> URI on this platform: percent-encoded or not, <c>file:///c%3A/x</c> and <c>file://server/share/x</c> on
    /// Windows. Null for every other scheme (<c>untitled:</c>), and for what can be no path here.
    /// </summary>
    public static string? ToPath(string uri) => ToPath(uri, OperatingSystem.IsWindows());

    /// <summary>The URI of a full path, in the form that Visual Studio Code writes: <c>file:///c%3A/x</c>.</summary>
    public static string Of(string path) => Of(path, OperatingSystem.IsWindows());

    internal static string? ToPath(string uri, bool windows)
    {
        const string scheme = "file:";
        if (!uri.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)) return null;
        // "#" and "?" are part of the name: a document's URI has neither fragment nor query, and not every client encodes them.
        var rest = uri[scheme.Length..];
        var host = "";
        if (rest.StartsWith("//", StringComparison.Ordinal))
        {
            var slash = rest.IndexOf('/', 2);
            if (slash < 0) return null;
            host = Uri.UnescapeDataString(rest[2..slash]);
            rest = rest[slash..];
        }
        var path = Uri.UnescapeDataString(rest);
        if (!path.StartsWith('/') || path.Contains('\0')) return null;
        var local = host.Length == 0 || host.Equals("localhost", StringComparison.OrdinalIgnoreCase);
        if (!windows) return local ? path : null;
        path = path.Replace('/', '\\');
        if (!local) return host.AsSpan().ContainsAny('\0', '\\') ? null : @"\\" + host + path;
        return path.Length >= 3 && char.IsAsciiLetter(path[1]) && path[2] == ':'
            ? char.ToUpperInvariant(path[1]) + ":" + (path.Length == 3 ? @"\" : path[3..])
            : null;
    }

    internal static string Of(string path, bool windows)
    {
        if (!windows) return "file://" + Encode(path);
        path = path.Replace('\\', '/');
        if (path.StartsWith("//", StringComparison.Ordinal)) return "file:" + Encode(path);
        return path.Length > 1 && path[1] == ':' ? "file:///" + Encode(char.ToLowerInvariant(path[0]) + path[1..]) : "file://" + Encode(path);
    }

    /// <summary>
    /// The path that a document's URI names in whatever scheme, for judging its name only: <c>untitled:.env</c>, <c>git:/x/.env?HEAD</c>.
    /// </summary>
    internal static string NameLike(string uri)
    {
        var start = uri.IndexOf(':') + 1;
        var path = uri.AsSpan(start);
        if (path.IndexOfAny('?', '#') is var end and >= 0) path = path[..end];
        return Uri.UnescapeDataString(path.ToString());
    }

    static string Encode(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
}
