namespace CoderLsp.Inference.Gguf;

/// <summary>A model file that cannot be used. The message names the file, what is wrong and where, in one sentence.</summary>
public sealed class GgufException(string message) : Exception(message);
