namespace CoderLsp.Models;

/// <param name="Family">Recognised by its markers; null for none that is known. A template is never executed.</param>
sealed record ChatTemplateDescription(string? Family, string FirstLine)
{
    // The first that is found decides, so that the more special ones come first.
    static readonly (string Marker, string Family)[] Families =
    [
        ("<|im_start|>", "ChatML"),
        ("<|start_header_id|>", "Llama 3"),
        ("<start_of_turn>", "Gemma"),
        ("### Instruction:", "DeepSeek-Coder v1"),
        ("<｜User｜>", "DeepSeek V3"),
        ("Assistant:", "DeepSeek-Coder-V2"),
        ("[INST]", "Llama 2 / Mistral"),
    ];

    public static ChatTemplateDescription? Of(string? template)
    {
        if (string.IsNullOrEmpty(template)) return null;
        var family = Families.FirstOrDefault(f => template.Contains(f.Marker, StringComparison.Ordinal)).Family;
        return new(family, template.Trim().Split('\n', 2)[0].TrimEnd());
    }
}
