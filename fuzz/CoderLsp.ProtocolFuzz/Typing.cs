using System.Text;
using System.Text.Json;

namespace CoderLsp.ProtocolFuzz;

/// <summary>Somebody types, corrects, and takes a new file now and then: a change and a request for each key.</summary>
sealed class Typing
{
    const string Code = "import os\n\n\ndef names(folder):\n    for name in os.listdir(folder):\n        if name.endswith('.py'):\n            print(name)\n\n\n";
    const int KeysAFile = 2000;

    int _keys;
    int _file;
    int _version;
    int _line;
    int _character;
    long _lastId;

    string Document => $"file:///project/file{_file % 20}.py";

    public IEnumerable<Outgoing> Next()
    {
        if (_keys % KeysAFile == 0)
        {
            if (_keys > 0) yield return Notify("textDocument/didClose", new { textDocument = new { uri = Document } });
            (_line, _character, _version, _file) = (0, 0, 1, _file + 1);
            yield return Notify("textDocument/didOpen", new { textDocument = new { uri = Document, languageId = "python", version = 1, text = "" } });
        }
        yield return Key();
        // Every fifth key comes before the answer to the one before is wanted no more.
        if (_keys % 5 == 0) yield return Notify("$/cancelRequest", new { id = _lastId });
        yield return Ask(_keys % 10 == 3 ? "textDocument/completion" : "textDocument/inlineCompletion");
        _keys++;
    }

    Outgoing Key()
    {
        var takesBack = _keys % 12 == 11 && _character > 0;
        var typed = takesBack ? "" : Code[_keys % Code.Length].ToString();
        var start = takesBack ? _character - 1 : _character;
        var change = new { range = new { start = new { line = _line, character = start }, end = new { line = _line, character = _character } }, text = typed };
        (_line, _character) = typed == "\n" ? (_line + 1, 0) : (_line, start + typed.Length);
        return Notify("textDocument/didChange", new { textDocument = new { uri = Document, version = ++_version }, contentChanges = new[] { change } });
    }

    Outgoing Ask(string method) => new(
        Bytes(new { jsonrpc = "2.0", id = ++_lastId, method, @params = new { textDocument = new { uri = Document }, position = new { line = _line, character = _character }, context = new { triggerKind = 2 } } }),
        $"{_lastId}");

    static Outgoing Notify(string method, object parameters) => new(Bytes(new { jsonrpc = "2.0", method, @params = parameters }), null);

    static byte[] Bytes(object message) => Encoding.UTF8.GetBytes(JsonSerializer.Serialize(message));
}
