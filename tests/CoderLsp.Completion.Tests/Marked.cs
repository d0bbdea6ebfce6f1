using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Tests;

/// <summary>Texts with a <c>|</c> where the cursor is.</summary>
static class Marked
{
    public static (TextSnapshot Snapshot, int Cursor) Read(string marked, string languageId = "csharp")
    {
        var cursor = marked.IndexOf('|');
        return (new("file:///a", languageId, 1, marked.Remove(cursor, 1)), cursor);
    }
}
