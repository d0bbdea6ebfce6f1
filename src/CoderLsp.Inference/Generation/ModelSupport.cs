using CoderLsp.Inference.Gguf;
using CoderLsp.Inference.Models;

namespace CoderLsp.Inference.Generation;

/// <summary>Whether a file's model can run, without loading it.</summary>
public static class ModelSupport
{
    /// <summary>
    /// Why the architecture, what the file says of its shape, or a tensor cannot be used, one sentence without the file's path; null where the
    /// model can run. Of the weights only small vectors are read.
    /// </summary>
    public static string? Problem(GgufFile file)
    {
        try
        {
            var shape = ModelShapeReader.Read(file);
            CheckVocabulary(file, shape);
            Transformer.Check(file, shape);
            return null;
        }
        catch (GgufException e)
        {
            return e.Message.Replace($"{file.Path}: ", "", StringComparison.Ordinal);
        }
    }

    /// <summary>Compares the number of tokens, before they are read, with the rows that there are for them.</summary>
    /// <exception cref="GgufException">They differ.</exception>
    internal static void CheckVocabulary(GgufFile file, ModelShape shape)
    {
        var tokens = file.Metadata.GetStrings("tokenizer.ggml.tokens").Count;
        if (tokens != shape.Vocabulary)
            throw new GgufException($"{file.Path}: the vocabulary has {tokens} tokens, but 'token_embd.weight' has rows for {shape.Vocabulary}.");
    }
}
