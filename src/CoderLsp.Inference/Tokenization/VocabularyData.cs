namespace CoderLsp.Inference.Tokenization;

/// <summary>A vocabulary as a file gives it, before anything is made of it: the seam between files and tokenizers.</summary>
sealed record VocabularyData
{
    /// <summary>Where it comes from, for messages.</summary>
    public string Source { get; init; } = "the vocabulary";

    /// <summary><c>gpt2</c> (byte-level BPE) or <c>llama</c> (SentencePiece BPE).</summary>
    public required string Model { get; init; }

    /// <summary>The name of the pre-tokenizer; null in old files.</summary>
    public string? PreTokenizer { get; init; }

    /// <summary>The texts of the tokens, UTF-8; an id is the index.</summary>
    public required ByteStrings Tokens { get; init; }

    /// <summary>One a token; without them all are normal.</summary>
    public int[]? Types { get; init; }

    /// <summary>One a token; SentencePiece merges the higher score first.</summary>
    public float[]? Scores { get; init; }

    /// <summary>Byte-level BPE: <c>left right</c>, the earlier the sooner merged.</summary>
    public ByteStrings? Merges { get; init; }

    /// <summary>Ids of special tokens by the key's name without <c>tokenizer.ggml.</c>, such as <c>bos_token_id</c>. Not yet checked.</summary>
    public IReadOnlyDictionary<string, long> SpecialIds { get; init; } = new Dictionary<string, long>();

    /// <summary>Whether prompts begin with BOS; null where the file is silent.</summary>
    public bool? AddBos { get; init; }

    /// <summary>SentencePiece: whether a space goes before the text; null where the file is silent.</summary>
    public bool? AddSpacePrefix { get; init; }
}
