using CoderLsp.Inference.Chat;

namespace CoderLsp.Models.Chat;

/// <param name="Family">Recognised by its markers; null for none that is known. A template is never executed.</param>
sealed record ChatTemplateDescription(string? Family, string FirstLine)
{
    public static ChatTemplateDescription? Of(string? template) => string.IsNullOrWhiteSpace(template) ? null
        : new(ChatFamilies.OfTemplate(template)?.Title, template.Trim().Split('\n', 2)[0].TrimEnd());
}
