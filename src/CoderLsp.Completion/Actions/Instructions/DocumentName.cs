using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Actions.Instructions;

/// <summary>What a document is called in a prompt: its file's name, since a whole path says more about the user than about the code.</summary>
static class DocumentName
{
    public static string Of(TextSnapshot snapshot)
    {
        var end = snapshot.Uri.AsSpan().IndexOfAny('?', '#');
        var path = end < 0 ? snapshot.Uri : snapshot.Uri[..end];
        var name = Uri.UnescapeDataString(path[(path.LastIndexOfAny(['/', '\\', ':']) + 1)..]);
        // A name is one line of a prompt, whatever a client writes.
        return string.Concat(name.Where(c => !char.IsControl(c))) is { Length: > 0 } shown ? shown : "untitled";
    }
}
