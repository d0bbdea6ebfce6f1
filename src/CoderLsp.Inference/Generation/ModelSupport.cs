using CoderLsp.Inference.Gguf;
using CoderLsp.Inference.Models;

namespace CoderLsp.Inference.Generation;

/// <summary>Whether a file's model can run, without loading it.</summary>
public static class ModelSupport
{
    /// <summary>Why the architecture, or what the file says of its shape, cannot be run, one sentence without the file's path; null where it can.</summary>
    public static string? Problem(GgufFile file)
    {
        try
        {
            ModelShapeReader.Read(file);
            return null;
        }
        catch (GgufException e)
        {
            return e.Message.Replace($"{file.Path}: ", "", StringComparison.Ordinal);
        }
    }
}
