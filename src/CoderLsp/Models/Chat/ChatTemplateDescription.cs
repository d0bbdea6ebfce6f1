using CoderLsp.Inference.Chat;
using CoderLsp.Inference.Gguf;
using CoderLsp.Inference.Tokenization;

namespace CoderLsp.Models.Chat;

/// <param name="Family">Recognised by its markers; null for none that is known. A template is never executed.</param>
/// <param name="FirstLine">Of the template in the file; null where the file has none and its name says the family.</param>
sealed record ChatTemplateDescription(string? Family, string? FirstLine)
{
    /// <summary>Null for a model that does not chat.</summary>
    public static ChatTemplateDescription? Of(GgufFile file, Tokenizer? tokenizer)
    {
        var own = file.Metadata.TryGetString("tokenizer.chat_template");
        var family = tokenizer is null ? null : ChatFamilies.OfFile(file, tokenizer.Vocabulary)?.Title;
        var firstLine = string.IsNullOrWhiteSpace(own) ? null : own.Trim().Split('\n', 2)[0].TrimEnd();
        return family is null && firstLine is null ? null : new(family, firstLine);
    }
}
