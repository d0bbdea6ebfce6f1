using System.Globalization;
using CoderLsp.Inference.Gguf;
using CoderLsp.Inference.Tokenization;

namespace CoderLsp.Models;

/// <summary>Tells what people call a model by its architecture and by tokens that only this family has.</summary>
static class ModelFamilies
{
    // The first row that fits decides. "" is any name of the model's own.
    static readonly (string Architecture, string Name, string[] Tokens, string Title)[] Rows =
    [
        ("llama", "seedling", [], "CoderLsp's seedling"),
        ("llama", "", ["<｜fim▁hole｜>"], "DeepSeek-Coder"),
        ("llama", "", ["▁<PRE>"], "CodeLlama"),
        ("llama", "codestral", ["[SUFFIX]"], "Codestral"),
        ("llama", "", ["<[fim-prefix]>"], "Seed-Coder"),
        ("llama", "", ["[INST]", "[/INST]"], "Mistral"),
        ("llama", "", ["<|start_header_id|>"], "Llama 3"),
        ("llama", "smollm2", ["<|im_start|>"], "SmolLM2"),
        ("llama", "smollm", ["<|im_start|>"], "SmolLM"),
        ("deepseek2", "", ["<｜fim▁hole｜>"], "DeepSeek-V2 (Coder)"),
        ("deepseek2", "", [], "DeepSeek-V2"),
        ("qwen2", "coder", ["<|repo_name|>"], "Qwen2.5-Coder"),
        ("qwen2", "", ["<|repo_name|>"], "Qwen2.5"),
        ("qwen2", "", [], "Qwen2"),
        ("qwen3", "", [], "Qwen3"),
        ("qwen3moe", "coder", [], "Qwen3-Coder"),
        ("qwen3moe", "", [], "Qwen3 with experts"),
        ("starcoder2", "", [], "StarCoder2"),
        ("starcoder", "", [], "StarCoder"),
        ("refact", "", [], "Refact"),
        ("gemma", "", ["<|file_separator|>"], "CodeGemma"),
        ("gemma", "", [], "Gemma"),
        ("gemma2", "", [], "Gemma 2"),
        ("gemma3", "", [], "Gemma 3"),
        ("granite", "", [], "Granite"),
        ("phi2", "", [], "Phi-2"),
        ("phi3", "", [], "Phi-3"),
    ];

    /// <summary>Null for a family that the table does not have.</summary>
    public static string? Of(GgufFile file, Tokenizer? tokenizer)
    {
        var architecture = file.Metadata.TryGetString("general.architecture");
        var name = $"{file.Metadata.TryGetString("general.name")} {Path.GetFileName(file.Path)}";
        return Rows.FirstOrDefault(row => row.Architecture == architecture && name.Contains(row.Name, StringComparison.OrdinalIgnoreCase)
            && row.Tokens.All(token => tokenizer?.Vocabulary.Find(token) is not null)).Title;
    }

    /// <summary>The size as names of models have it, <c>1.3B</c>; null without weights.</summary>
    public static string? Size(long parameters) => parameters switch
    {
        0 => null,
        >= 9_950_000_000 => string.Create(CultureInfo.InvariantCulture, $"{parameters / 1e9:0}B"),
        >= 999_500_000 => string.Create(CultureInfo.InvariantCulture, $"{parameters / 1e9:0.0}B"),
        >= 9_950_000 => string.Create(CultureInfo.InvariantCulture, $"{parameters / 1e6:0}M"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{parameters / 1e6:0.0}M"),
    };
}
