namespace CoderLsp.Completion.Context.Files;

/// <summary>The texts of the files that were read last. May be used from any thread.</summary>
/// <param name="capacity">Most characters kept.</param>
sealed class TextCache(int capacity)
{
    sealed record Entry(string Path, (DateTime, long) Stamp, string? Text)
    {
        // With what a path and its bookkeeping take, so that many empty files are bounded too.
        public int Size { get; } = 200 + (Text?.Length ?? 0);
    }

    readonly Lock _lock = new();
    readonly Dictionary<string, LinkedListNode<Entry>> _entries = new(Paths.Comparer);
    readonly LinkedList<Entry> _byUse = new(); // the last used first
    int _size;

    /// <summary>A file's text as <see cref="TextFile.Read"/> gives it, read again when the file was written since.</summary>
    public string? Read(string path)
    {
        if (TextFile.Stamp(path) is not { } stamp) return null;
        lock (_lock)
        {
            if (_entries.TryGetValue(path, out var node) && node.Value.Stamp == stamp)
            {
                _byUse.Remove(node);
                _byUse.AddFirst(node);
                return node.Value.Text;
            }
        }
        var text = TextFile.Read(path); // outside the lock: a slow disk holds up nobody else
        lock (_lock)
        {
            Drop(path);
            var entry = new Entry(path, stamp, text);
            _entries[path] = _byUse.AddFirst(entry);
            _size += entry.Size;
            while (_size > capacity && _byUse.Last is { } oldest) Drop(oldest.Value.Path);
        }
        return text;
    }

    public void Forget(string path)
    {
        lock (_lock) Drop(path);
    }

    public void Clear()
    {
        lock (_lock)
        {
            _entries.Clear();
            _byUse.Clear();
            _size = 0;
        }
    }

    void Drop(string path)
    {
        if (!_entries.Remove(path, out var node)) return;
        _byUse.Remove(node);
        _size -= node.Value.Size;
    }
}
