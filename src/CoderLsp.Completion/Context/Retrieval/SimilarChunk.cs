using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Context.Retrieval;

/// <summary>A piece of a file that resembles the code at a cursor, with what follows it there. Lines count from 0.</summary>
/// <param name="Path">Full.</param>
/// <param name="Source">The file's text.</param>
/// <param name="Focus">The line that resembles the cursor's most: what follows it is what may be written next.</param>
/// <param name="EndLine">Behind the last line.</param>
/// <param name="Score">1 for the same words, 0 for none in common.</param>
public sealed record SimilarChunk(string Path, TextSnapshot Source, int FirstLine, int Focus, int EndLine, double Score);
