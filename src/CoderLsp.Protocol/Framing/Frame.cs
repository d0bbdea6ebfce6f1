namespace CoderLsp.Protocol.Framing;

/// <summary>One message as it came off the wire.</summary>
/// <param name="Body">The JSON text in UTF-8; of a refused message only its beginning (it is not kept).</param>
/// <param name="Refusal">Why the message is not accepted, in a sentence; null when it is.</param>
readonly record struct Frame(ReadOnlyMemory<byte> Body, string? Refusal = null);

/// <summary>The header of a message makes no sense, so that nobody can say where the next one begins.</summary>
sealed class FramingException(string message) : Exception(message);
