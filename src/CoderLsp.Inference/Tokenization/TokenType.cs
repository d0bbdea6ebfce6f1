namespace CoderLsp.Inference.Tokenization;

/// <summary>What a vocabulary says of a token, with the numbers of <c>tokenizer.ggml.token_type</c>.</summary>
public enum TokenType
{
    Undefined = 0,
    Normal = 1,
    Unknown = 2,
    Control = 3,

    /// <summary>Added to the vocabulary by hand: a character or a word, but in some files also markers such as fill-in-the-middle tokens.</summary>
    UserDefined = 4,
    Unused = 5,

    /// <summary>One byte, written as <c>&lt;0x0A&gt;</c>.</summary>
    Byte = 6,
}
