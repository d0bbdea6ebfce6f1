using CoderLsp.Inference.Gguf;

namespace CoderLsp.Tests.Models;

/// <summary>A model's file in the temporary folder: a vocabulary of ASCII characters and what the test adds. Gone after the test.</summary>
sealed class MadeModel : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("coderlsp-").FullName;

    /// <param name="special">Control tokens, whose ids come first.</param>
    /// <param name="sentencePiece">Else byte-level BPE.</param>
    public MadeModel(string architecture, IReadOnlyList<string> special, Action<GgufWriter>? add = null, bool sentencePiece = false, string name = "made")
    {
        Path = System.IO.Path.Combine(_folder, $"{name}.gguf");
        string[] characters = [.. Enumerable.Range('!', 94).Select(c => $"{(char)c}"), sentencePiece ? "▁" : "Ġ", sentencePiece ? "<0x0A>" : "Ċ"];
        string[] tokens = [.. special, .. characters];
        var writer = new GgufWriter();
        writer.Add("general.architecture", architecture);
        writer.Add("general.name", name);
        writer.Add("tokenizer.ggml.model", sentencePiece ? "llama" : "gpt2");
        writer.Add("tokenizer.ggml.pre", "default");
        writer.AddArray("tokenizer.ggml.tokens", tokens);
        writer.AddArray<int>("tokenizer.ggml.token_type", [.. tokens.Select((text, id) => id < special.Count ? 3 : text == "<0x0A>" ? 6 : 1)]);
        if (sentencePiece) writer.AddArray<float>("tokenizer.ggml.scores", new float[tokens.Length]);
        else writer.AddArray("tokenizer.ggml.merges", Array.Empty<string>());
        add?.Invoke(writer);
        using var stream = System.IO.File.Create(Path);
        writer.Write(stream);
    }

    public string Path { get; }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
