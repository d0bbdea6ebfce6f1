using CoderLsp.Completion.Context.Files;
using CoderLsp.Completion.Context.Outlines;
using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Context.Definitions;

/// <summary>Which files declare which names. Holds hashes, no text: who asks reads the file, and finds the declaration there or not.</summary>
sealed class DefinitionIndex : IFileTaker
{
    // 16 MB; 100,000 files of 40 declarations.
    const int MostNames = 4_000_000;

    readonly Lock _gate = new();
    readonly Dictionary<string, uint[]> _files = new(Paths.Comparer);
    int _names;

    public bool IsFull { get; private set; }

    public void Clear()
    {
        lock (_gate)
        {
            _files.Clear();
            (_names, IsFull) = (0, false);
        }
    }

    public void Take(string path, TextSnapshot? text)
    {
        var names = text is null ? [] : NamesIn(text);
        lock (_gate)
        {
            if (_files.Remove(path, out var before)) _names -= before.Length;
            if (names.Length == 0) return;
            IsFull = _names + names.Length > MostNames;
            if (IsFull) return;
            _files.Add(path, names);
            _names += names.Length;
        }
    }

    /// <summary>The paths of the files that seem to declare a name, for each of some names that are declared at all.</summary>
    public Dictionary<string, List<string>> Declaring(IEnumerable<string> names)
    {
        var wanted = names.DistinctBy(name => Hash(name)).ToDictionary(name => Hash(name));
        var found = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        lock (_gate)
        {
            foreach (var (path, declared) in _files)
                foreach (var hash in declared)
                    if (wanted.TryGetValue(hash, out var name))
                        (found.TryGetValue(name, out var paths) ? paths : found[name] = []).Add(path);
        }
        return found;
    }

    static uint[] NamesIn(TextSnapshot text)
    {
        if (OutlineLanguage.Find(text.LanguageId) is not { } language) return [];
        var names = new HashSet<uint>();
        foreach (var declaration in Outline.Of(text))
            if (DeclaredName.In(declaration.Text, language.Types) is { IsEmpty: false } name) names.Add(Hash(name));
        return [.. names];
    }

    static uint Hash(ReadOnlySpan<char> name)
    {
        var hash = 2_166_136_261u; // FNV-1a
        foreach (var c in name) hash = (hash ^ c) * 16_777_619;
        return hash;
    }
}
