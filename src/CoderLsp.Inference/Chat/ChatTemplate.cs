using System.Text.RegularExpressions;
using CoderLsp.Inference.Gguf;
using CoderLsp.Inference.Tokenization;

namespace CoderLsp.Inference.Chat;

/// <summary>Turns conversations into the tokens that one model was trained on. May be used from several threads.</summary>
public sealed partial class ChatTemplate
{
    readonly Tokenizer _tokenizer;
    readonly IReadOnlyList<Part> _system, _user, _reply;

    /// <param name="source">The model's file, for messages.</param>
    /// <param name="defaultSystem">The model's own; null for the family's, if it has one.</param>
    /// <exception cref="GgufException">The vocabulary does not have a token that the family needs.</exception>
    internal ChatTemplate(ChatFamily family, Tokenizer tokenizer, string source, string? defaultSystem = null)
    {
        (Family, _tokenizer, DefaultSystem) = (family, tokenizer, defaultSystem ?? family.DefaultSystem);
        (_system, _user, _reply) = (Parse(family.System, source), Parse(family.User, source), Parse(family.Reply, source));
        EndOfReply = _reply.First(part => part.Token is not null).Token!.Value;
    }

    public ChatFamily Family { get; }

    /// <summary>What the published template says where a conversation has no system text; null for nothing.</summary>
    public string? DefaultSystem { get; }

    /// <summary>Text before a reply in the conversation so far; a model writes it itself before its reply. Mostly empty, or a space.</summary>
    public string Lead => _reply[0] is { IsLead: true, Text: { } text } ? text : "";

    /// <summary>The token that ends a reply.</summary>
    public int EndOfReply { get; }

    /// <summary>The template of a model: by the markers in the file's own, which is never executed, or as the user says.</summary>
    /// <param name="family">A name of <see cref="ChatFamilies.All"/>; null: as the file says.</param>
    /// <param name="problem">Where there is no template: why, and what to do.</param>
    /// <exception cref="GgufException">The vocabulary does not have a token that the family needs.</exception>
    public static ChatTemplate? Of(GgufFile file, Tokenizer tokenizer, string? family, out string? problem)
    {
        var own = file.Metadata.TryGetString("tokenizer.chat_template");
        var found = family is not null ? ChatFamilies.Find(family) : ChatFamilies.OfFile(file, tokenizer.Vocabulary);
        problem = found is not null ? null
            : (family is not null ? $"There is no chat template '{family}'."
                : string.IsNullOrWhiteSpace(own) ? $"{file.Path} has no chat template: it may be a model that was not trained to chat."
                : $"{file.Path} has a chat template of an unknown family.")
            + $" If you know which one the model was trained on, set chatTemplate to one of {string.Join(", ", ChatFamilies.All.Select(f => f.Name))}.";
        return found is null ? null : new(found, tokenizer, file.Path, DefaultSystemIn(own));
    }

    /// <summary>The tokens of a conversation, BOS included where the model adds it, up to where the reply to the last turn begins.</summary>
    /// <param name="system">Null or empty: nothing is said.</param>
    /// <param name="turns">At least one; all but the last have a reply.</param>
    public List<int> Encode(string? system, IReadOnlyList<ChatTurn> turns)
    {
        if (turns.Count == 0 || turns[^1].Reply is not null) throw new ArgumentException("The last message must be the user's.", nameof(turns));
        var tokens = new ChatTokens(_tokenizer);
        if (_tokenizer.Special.AddBos) tokens.Add(_tokenizer.Special.Bos!.Value);
        if (string.IsNullOrEmpty(system)) system = null;
        if (!Family.SystemInPrompt && system is not null) Write(tokens, _system, system);
        for (var i = 0; i < turns.Count; i++)
        {
            var turn = turns[i];
            Write(tokens, _user, turn.Prompt, Family.SystemInPrompt && i == 0 ? system : null);
            if (i + 1 == turns.Count) break;
            if (turn.Reply is null) throw new ArgumentException("Only the last turn may be without a reply.", nameof(turns));
            Write(tokens, _reply, turn.Reply, ids: turn.ReplyTokens);
        }

        return tokens.ToList();
    }

    void Write(ChatTokens tokens, IReadOnlyList<Part> parts, string text, string? system = null, IReadOnlyList<int>? ids = null)
    {
        foreach (var part in parts)
        {
            if (part.Token is { } token) tokens.Add(token);
            else if (part.Text is { } own && !(ids is not null && part.IsLead)) tokens.Add(own);
            else if (part.Text is null && ids is not null) tokens.Add(ids);
            else if (part.Text is null)
            {
                if (system is not null) Write(tokens, _system, system);
                tokens.Add(Family.Trims ? text.Trim() : text);
            }
        }
    }

    // Only the template's own text becomes special tokens, and only here.
    List<Part> Parse(string format, string source)
    {
        var parts = new List<Part>();
        var special = Family.Special.Concat(["{bos}", "{eos}", "{system}", "{prompt}", "{reply}"]);
        foreach (var piece in Regex.Split(format, $"({string.Join('|', special.Select(Regex.Escape))})").Where(piece => piece.Length > 0))
        {
            if (piece is "{system}" or "{prompt}" or "{reply}") parts.Add(new(null, null));
            else if (piece == "{bos}")
            {
                if (_tokenizer.Special.Bos is { } bos) parts.Add(new(null, bos));
            }
            else if (piece == "{eos}") parts.Add(new(null, _tokenizer.Special.Eos ?? throw Missing("an end-of-text token", source)));
            else if (Family.Special.Contains(piece)) parts.Add(new(null, _tokenizer.Vocabulary.Find(piece) ?? throw Missing($"the token {piece}", source)));
            else parts.Add(new(piece, null, IsLead: parts.Count == 0));
        }

        return parts;
    }

    GgufException Missing(string token, string source) => new(
        $"{source}: the chat template '{Family.Name}' needs {token}, which the vocabulary does not have. Set chatTemplate to another family.");

    // ChatML templates say what they put in where the conversation has no system text.
    static string? DefaultSystemIn(string? template) =>
        template is not null && DefaultSystemPattern().Match(template) is { Success: true } match ? match.Groups[1].Value : null;

    [GeneratedRegex("""<\|im_start\|>system(?:\\n|\n)([^{}<'"]+)<\|im_end\|>""")]
    private static partial Regex DefaultSystemPattern();

    /// <param name="Text">The template's own; null, without a token, for the place of the message.</param>
    /// <param name="IsLead">Whether it stands before the message, so that generated tokens hold it.</param>
    sealed record Part(string? Text, int? Token, bool IsLead = false);
}
