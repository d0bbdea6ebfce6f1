using CoderLsp.Completion.Context.Files;

namespace CoderLsp.Completion.Context.Related;

/// <summary>Where the files lie that an import may mean, by the rules of each language. Only files that may be read come out.</summary>
sealed class ImportPaths(string self, WorkspaceFiles files, CancellationToken cancellation)
{
    // Folders above a document that are looked at for a package or an include path.
    const int MostFoldersUp = 12;

    static readonly string[] ScriptExtensions =
        ["", ".ts", ".tsx", ".d.ts", ".js", ".jsx", ".mjs", ".cjs", "/index.ts", "/index.tsx", "/index.js"];

    readonly string _folder = Path.GetDirectoryName(self) ?? self;

    /// <param name="names">What stands behind Python's <c>import</c>.</param>
    public IEnumerable<string> Find(string languageId, string what, string names) => languageId switch
    {
        "python" => Python(what, names),
        "c" or "cpp" => First(Above().SelectMany(folder => new[] { Join(folder, what), Join(folder, "include/" + what) })),
        "rust" => Rust(what),
        "go" => Go(what),
        "java" => EndingWith(what.Replace('.', '/') + ".java"),
        "kotlin" => EndingWith(what.Replace('.', '/') + ".kt"),
        "php" => EndingWith(what[(what.IndexOf('\\') + 1)..].Replace('\\', '/') + ".php"), // the first name stands for a folder of another
        "ruby" => First([Join(_folder, what + ".rb"), Join(_folder, what)]),
        _ => Script(what),
    };

    IEnumerable<string> Script(string what)
    {
        // "./a.js" may be written for what is "a.ts" before it is compiled.
        var bare = what.EndsWith(".js", StringComparison.Ordinal) ? what[..^3] : what;
        return First(ScriptExtensions.Select(extension => Join(_folder, what + extension))
            .Concat(ScriptExtensions.Skip(1).Select(extension => Join(_folder, bare + extension))));
    }

    List<string> Python(string what, string names)
    {
        var dots = what.Length - what.TrimStart('.').Length;
        var folders = Above();
        if (dots > 0) folders = folders.Skip(dots - 1).Take(1);
        var module = what[dots..].Replace('.', '/');
        var inside = names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(name => name.Split(' ')[0]).Select(name => module.Length == 0 ? name : $"{module}/{name}").ToList();
        foreach (var folder in folders)
        {
            // A name that is imported from a package may be a module of it.
            var found = inside.SelectMany(name => First([Join(folder, name + ".py")])).ToList();
            if (module.Length > 0) found.AddRange(First([Join(folder, module + ".py"), Join(folder, module + "/__init__.py")]));
            if (found.Count > 0) return found;
        }
        return [];
    }

    IEnumerable<string> Rust(string what)
    {
        var own = Path.GetFileNameWithoutExtension(self);
        // Modules of "a.rs" lie in the folder "a", those of these three beside them.
        var children = own is "mod" or "lib" or "main" ? _folder : Path.Combine(_folder, own);
        if (what.StartsWith("mod", StringComparison.Ordinal))
            return Module(children, [what[3..].Trim()]);
        var parts = what.Split("::");
        var from = parts[0] switch
        {
            "crate" => Above().FirstOrDefault(folder => files.Exists(Join(folder, "Cargo.toml"))) is { } crate ? Path.Combine(crate, "src") : null,
            "self" => children,
            _ => own is "mod" ? Path.GetDirectoryName(_folder) : _folder,
        };
        return from is null ? [] : Module(from, parts[1..]);
    }

    /// <summary>The longest beginning of a path that is a module: what follows are names in it.</summary>
    IEnumerable<string> Module(string folder, string[] parts) => First(Enumerable.Range(0, parts.Length)
        .Select(less => string.Join('/', parts[..^less])).SelectMany(path => new[] { Join(folder, path + ".rs"), Join(folder, path + "/mod.rs") }));

    IEnumerable<string> Go(string what)
    {
        foreach (var folder in Above())
        {
            if (files.TryRead(Join(folder, "go.mod")) is not { } text) continue;
            var module = text.Split('\n').Select(line => line.Trim())
                .FirstOrDefault(line => line.StartsWith("module ", StringComparison.Ordinal))?[7..].Trim();
            if (module is null || !what.StartsWith(module + "/", StringComparison.Ordinal)) return [];
            return files.InFolder(Join(folder, what[(module.Length + 1)..]), ".go", cancellation)
                .Where(path => !path.EndsWith("_test.go", StringComparison.Ordinal));
        }
        return [];
    }

    IEnumerable<string> EndingWith(string end) => First(files
        .Named(end[(end.LastIndexOf('/') + 1)..], cancellation)
        .Where(path => path.Replace(Path.DirectorySeparatorChar, '/').EndsWith("/" + end, Paths.Comparison)));

    IEnumerable<string> First(IEnumerable<string> candidates) => candidates.Where(files.Exists).Take(1);

    /// <summary>The document's folder and those above it, in the workspace.</summary>
    IEnumerable<string> Above()
    {
        var folder = _folder;
        for (var i = 0; i < MostFoldersUp && folder is not null && files.Contains(folder); i++)
        {
            yield return folder;
            folder = Path.GetDirectoryName(folder);
        }
    }

    static string Join(string folder, string relative) =>
        Path.GetFullPath(Path.Combine(folder, relative.Replace('/', Path.DirectorySeparatorChar)));
}
