using CoderLsp.Completion.Context.Files;
using CoderLsp.Completion.Context.Outlines;
using CoderLsp.Completion.Context.Related;
using CoderLsp.Completion.Context.Retrieval;
using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Context.Definitions;

/// <summary>The definitions in other files of what a selection uses. May be used from any thread.</summary>
sealed class ProjectDefinitions
{
    const int Most = 8;

    // By its name alone nobody knows which of more is meant.
    const int MostFilesOfName = 3;

    readonly WorkspaceFiles _files;
    readonly DefinitionIndex _index = new();

    /// <param name="reader">Reads the workspace for it.</param>
    public ProjectDefinitions(WorkspaceFiles files, WorkspaceReader reader)
    {
        _files = files;
        reader.Add(_index);
    }

    /// <summary>
    /// The definitions in files read so far, in the order in which the selection uses the names; the same every time. A name that the
    /// document itself declares needs none; one that several files declare is taken from the nearest, one that many do from none.
    /// </summary>
    /// <param name="others">Files that are not looked into.</param>
    public IReadOnlyList<RelatedSource> Find(TextSnapshot snapshot, TextRange range, IReadOnlySet<string> others)
    {
        if (DocumentUri.ToPath(snapshot.Uri) is not { } uriPath || OutlineLanguage.Find(snapshot.LanguageId) is not { } language) return [];
        var self = Paths.Normal(uriPath);
        var own = Outline.Of(snapshot).Select(declaration => DeclaredName.In(declaration.Text, language.Types).ToString()).ToHashSet(StringComparer.Ordinal);
        var used = UsedNames.In(snapshot.Slice(snapshot.OffsetOf(range.Start), snapshot.OffsetOf(range.End))).Where(name => !own.Contains(name)).ToList();
        var declaring = _index.Declaring(used);
        var family = LanguageFamily.Of(snapshot.LanguageId);

        var result = new List<RelatedSource>();
        foreach (var name in used)
        {
            if (result.Count == Most) break;
            var paths = declaring.GetValueOrDefault(name, []).Where(path => LanguageFamily.Of(LanguageIds.OfFile(path)) == family).ToList();
            if (paths.Count > MostFilesOfName || paths.Exists(others.Contains)) continue;
            foreach (var path in paths.OrderBy(path => Paths.Distance(self, path)).ThenBy(path => path, StringComparer.Ordinal))
            {
                if (_files.TryRead(path) is not { } text || DefinitionText.Of(name, path, text) is not { } found) continue;
                // Of a type that was taken, its members are there.
                if (!result.Exists(other => other.Path == path && other.Lines!.Value.First <= found.Lines!.Value.Last && found.Lines.Value.First <= other.Lines.Value.Last))
                    result.Add(found);
                break;
            }
        }
        return result;
    }
}
