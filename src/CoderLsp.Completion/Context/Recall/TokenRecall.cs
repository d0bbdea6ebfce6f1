namespace CoderLsp.Completion.Context.Recall;

/// <summary>
/// What followed the same tokens in the document and in the project's other files: names and phrases that a small model has never seen.
/// Holds tokens, no text. May be used from any thread.
/// </summary>
/// <param name="blank">Tokens that are white space.</param>
sealed class TokenRecall(int documentTokens, int projectTokens, IReadOnlySet<int> blank) : ITokenExpectation
{
    // The document's own way of saying things counts as much as four other places'.
    const int DocumentWeight = 4;

    readonly Lock _gate = new();
    readonly TokenHistory _document = new(documentTokens), _project = new(projectTokens);
    readonly Dictionary<string, (int Start, int Length)> _files = new(Files.Paths.Comparer);
    readonly Expected _expected = new();
    int _alive; // tokens of files

    public int Expect(ReadOnlySpan<int> text, Span<int> tokens, Span<float> probabilities)
    {
        lock (_gate)
        {
            _expected.Clear();
            Find(text, TokenHistory.LongMatch);
            if (_expected.IsEmpty) Find(text, TokenHistory.ShortMatch);
            var visible = 0;
            foreach (var token in text[^_expected.Longest..])
                if (!blank.Contains(token)) visible++;
            return _expected.Write(visible, tokens, probabilities);
        }
    }

    /// <summary>Takes the document that is written in, in the place of the one before: what stands before the cursor and what behind it.</summary>
    public void SetDocument(ReadOnlySpan<int> before, ReadOnlySpan<int> behind)
    {
        lock (_gate)
        {
            _document.Clear();
            // What is nearest to the cursor, where it is too much.
            _document.Add(behind[..Math.Min(behind.Length, documentTokens / 2 - 1)]);
            _document.Add(before[^Math.Min(before.Length, documentTokens / 2 - 1)..]);
        }
    }

    /// <summary>Takes another file's tokens in the place of what was known of it. False: there is no room for them.</summary>
    public bool SetFile(string path, ReadOnlySpan<int> text)
    {
        lock (_gate)
        {
            RemoveFile(path);
            if (_project.Room <= text.Length)
            {
                if (projectTokens - _alive - _files.Count < text.Length + projectTokens / 8) return false;
                Compact();
            }
            _files.Add(path, (_project.Add(text), text.Length));
            _alive += text.Length;
            return true;
        }
    }

    public void RemoveFile(string path)
    {
        lock (_gate)
        {
            if (!_files.Remove(path, out var place)) return;
            _project.Remove(place.Start, place.Length);
            _alive -= place.Length;
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _document.Clear();
            _project.Clear();
            _files.Clear();
            _alive = 0;
        }
    }

    void Find(ReadOnlySpan<int> text, int fewest)
    {
        _document.Find(text, fewest, _expected, DocumentWeight);
        _project.Find(text, fewest, _expected, 1);
    }

    /// <summary>Adds all files anew, without what was removed.</summary>
    void Compact()
    {
        var files = _files.OrderBy(file => file.Value.Start).Select(file => (file.Key, Text: _project.Text(file.Value.Start, file.Value.Length))).ToList();
        _project.Clear();
        foreach (var (path, text) in files) _files[path] = (_project.Add(text), text.Length);
    }
}
