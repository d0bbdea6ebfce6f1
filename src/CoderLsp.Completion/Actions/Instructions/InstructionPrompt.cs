using CoderLsp.Completion.Documents;
using Microsoft.Extensions.AI;

namespace CoderLsp.Completion.Actions.Instructions;

/// <summary>What a model is asked for an action.</summary>
/// <param name="Messages">The user's system text, if there is one, and one message of the user.</param>
/// <param name="Parts">What they are made of, from the beginning to the end.</param>
/// <param name="Range">The selected code: for edits and new documents whole lines.</param>
public sealed record InstructionPrompt(IReadOnlyList<ChatMessage> Messages, IReadOnlyList<InstructionPart> Parts, TextRange Range);
