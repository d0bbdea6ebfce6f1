using CoderLsp.Inference.Gguf;
using CoderLsp.Inference.Tokenization;

namespace CoderLsp.Inference.Chat;

/// <summary>The families whose conversations this program can write, and how they are recognised.</summary>
public static class ChatFamilies
{
    /// <summary>The first whose markers fit decides.</summary>
    public static IReadOnlyList<ChatFamily> All { get; } =
    [
        new("deepseek-coder", "DeepSeek-Coder v1", "### Instruction:\n{prompt}\n### Response:\n", "{reply}\n<|EOT|>\n")
        {
            System = "{system}\n",
            DefaultSystem = "You are an AI programming assistant, utilizing the Deepseek Coder model, developed by Deepseek Company, and you only "
                + "answer questions related to computer science. For politically sensitive questions, security and privacy issues, and other "
                + "non-computer science questions, you will refuse to answer.",
            Special = ["<|EOT|>"], Markers = ["### Instruction:", "<|EOT|>"], Stops = ["\n### Instruction:"],
        },
        new("deepseek-coder-v2", "DeepSeek-Coder-V2", "User: {prompt}\n\nAssistant:", " {reply}{eos}")
        {
            System = "{system}\n\n", Markers = ["'User: ' + message['content']", "'Assistant: ' + message['content'] + eos_token"],
            Stops = ["\n\nUser:"],
        },
        new("deepseek-v3", "DeepSeek V3", "<｜User｜>{prompt}<｜Assistant｜>", "{reply}{eos}")
        {
            System = "{system}", Special = ["<｜User｜>", "<｜Assistant｜>"], Markers = ["<｜User｜>", "<｜Assistant｜>"],
        },
        // Phi-4 and SmolVLM have the same first marker and another layout. The default system text is in each model's own template.
        new("chatml", "ChatML", "<|im_start|>user\n{prompt}<|im_end|>\n<|im_start|>assistant\n", "{reply}<|im_end|>\n")
        {
            System = "<|im_start|>system\n{system}<|im_end|>\n",
            Special = ["<|im_start|>", "<|im_end|>"], Markers = ["<|im_start|>"], NotMarkers = ["<|im_sep|>", "<end_of_utterance>"],
        },
        new("llama3", "Llama 3",
            "<|start_header_id|>user<|end_header_id|>\n\n{prompt}<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n", "{reply}<|eot_id|>")
        {
            System = "<|start_header_id|>system<|end_header_id|>\n\n{system}<|eot_id|>", Trims = true,
            Special = ["<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"], Markers = ["<|start_header_id|>", "<|end_header_id|>"],
        },
        new("gemma", "Gemma", "<start_of_turn>user\n{prompt}<end_of_turn>\n<start_of_turn>model\n", "{reply}<end_of_turn>\n")
        {
            System = "{system}\n\n", SystemInPrompt = true, Trims = true,
            Special = ["<start_of_turn>", "<end_of_turn>"], Markers = ["<start_of_turn>"],
        },
        // Granite 3 and 4; what they say where there is no system text holds the date, so nothing is said.
        new("granite", "Granite", "<|start_of_role|>user<|end_of_role|>{prompt}<|end_of_text|>\n<|start_of_role|>assistant<|end_of_role|>",
            "{reply}<|end_of_text|>\n")
        {
            System = "<|start_of_role|>system<|end_of_role|>{system}<|end_of_text|>\n",
            Special = ["<|start_of_role|>", "<|end_of_role|>", "<|end_of_text|>"], Markers = ["<|start_of_role|>", "<|end_of_role|>"],
        },
        // Version 3 of Mistral's format made the brackets tokens; the spaces around them went.
        new("mistral-v3", "Mistral v3", "[INST]{prompt}[/INST]", "{reply}{eos}")
        {
            System = "{system}\n\n", SystemInPrompt = true,
            Special = ["[INST]", "[/INST]"], Markers = ["[INST]", "[AVAILABLE_TOOLS]"], NotMarkers = ["[SYSTEM_PROMPT]", " [INST]"],
        },
        new("llama2", "Llama 2", "[INST] {prompt} [/INST]", " {reply} {eos}{bos}")
        {
            System = "<<SYS>>\n{system}\n<</SYS>>\n\n", SystemInPrompt = true, Markers = ["[INST]", "<<SYS>>"], Stops = ["[INST]"],
        },
        new("mistral", "Mistral", "[INST] {prompt} [/INST]", " {reply}{eos}")
        {
            System = "{system}\n\n", SystemInPrompt = true, Markers = ["[INST]"], NotMarkers = ["[SYSTEM_PROMPT]"], Stops = ["[INST]"],
        },
    ];

    /// <summary>The family that the setting names; null for an unknown name.</summary>
    public static ChatFamily? Find(string name) => All.FirstOrDefault(family => family.Name == name);

    /// <summary>The family of a model's own template, which is never executed; null for none that is known.</summary>
    public static ChatFamily? OfTemplate(string template) => All.FirstOrDefault(family =>
        family.Markers.All(marker => template.Contains(marker, StringComparison.Ordinal))
        && !family.NotMarkers.Any(marker => template.Contains(marker, StringComparison.Ordinal)));

    /// <summary>The family of a model's file: of the template in it, or where it has none, of its name.</summary>
    public static ChatFamily? OfFile(GgufFile file, Vocabulary vocabulary) => file.Metadata.TryGetString("tokenizer.chat_template") is { } own
        && !string.IsNullOrWhiteSpace(own) ? OfTemplate(own)
        : OfName($"{file.Metadata.TryGetString("general.name")} {Path.GetFileName(file.Path)}", vocabulary);

    // Files of DeepSeek-Coder from before there were templates in files have only their name to tell an instructed model from a base model of
    // the same vocabulary.
    static ChatFamily? OfName(string name, Vocabulary vocabulary) =>
        name.Contains("instruct", StringComparison.OrdinalIgnoreCase) && vocabulary.Find("<|EOT|>") is not null
            && vocabulary.Find("<｜fim▁hole｜>") is not null ? Find("deepseek-coder") : null;
}
