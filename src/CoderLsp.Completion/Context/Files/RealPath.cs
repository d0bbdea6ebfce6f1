namespace CoderLsp.Completion.Context.Files;

/// <summary>Paths without symbolic links in them.</summary>
static class RealPath
{
    // As many as Linux follows. A loop ends here.
    const int MostLinks = 40;

    /// <summary>
    /// Where a full path leads, every link in it resolved; a part that does not exist stays as it is. Null: a loop, or a part that may
    /// not be looked at.
    /// </summary>
    public static string? Of(string path)
    {
        if (!Path.IsPathFullyQualified(path)) return null;
        var links = 0;
        try
        {
            var root = Path.GetPathRoot(path)!;
            var done = root;
            var left = new Stack<string>(Parts(path[root.Length..]));
            while (left.TryPop(out var part))
            {
                if (part == "..")
                {
                    done = Path.GetDirectoryName(done) ?? done;
                    continue;
                }
                var next = Path.Combine(done, part);
                if (new FileInfo(next).LinkTarget is not { } target)
                {
                    done = next;
                    continue;
                }
                if (++links > MostLinks) return null;
                // A link's target counts from the folder that it lies in.
                if (Path.GetPathRoot(target) is { Length: > 0 } targetRoot)
                {
                    done = Path.GetPathRoot(Path.GetFullPath(target))!;
                    target = target[targetRoot.Length..];
                }
                foreach (var inner in Parts(target)) left.Push(inner);
            }
            return done;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The parts, last first.</summary>
    static IEnumerable<string> Parts(string path) => path
        .Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries)
        .Where(part => part != ".").Reverse();
}
