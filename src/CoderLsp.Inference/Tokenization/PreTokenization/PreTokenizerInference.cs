namespace CoderLsp.Inference.Tokenization.PreTokenization;

/// <summary>
/// Files of 2023 do not name their pre-tokenizer. The families are told apart by their special tokens and, where these agree, by the
/// size of the vocabulary.
/// </summary>
static class PreTokenizerInference
{
    /// <summary>The name as in <c>tokenizer.ggml.pre</c>, or null.</summary>
    public static string? Infer(ByteStrings tokens)
    {
        var texts = new ByteStringIndex(tokens);
        bool Has(ReadOnlySpan<byte> text) => texts.Find(text) >= 0;

        // DeepSeek-Coder has 32,000 tokens, DeepSeek-LLM and Coder-V2 have 100,000; DeepSeek-V3 (128,000) always names its own.
        if (Has("<｜begin▁of▁sentence｜>"u8)) return tokens.Count switch { < 65_536 => "deepseek-coder", < 110_000 => "deepseek-llm", _ => null };
        if (Has("<|begin_of_text|>"u8) && Has("<|eot_id|>"u8)) return "llama-bpe";
        if (Has("<|endoftext|>"u8) && Has("<jupyter_start>"u8)) return "starcoder"; // and Refact, SmolLM: the same patterns
        if (Has("<|endoftext|>"u8) && Has("<fim-prefix>"u8)) return "starcoder"; // SantaCoder
        if (Has("<|im_start|>"u8) && Has("<|endoftext|>"u8) && tokens.Count > 150_000) return "qwen2";
        if (Has("<|endoftext|>"u8) && tokens.Count is >= 50_257 and < 51_300) return "gpt-2"; // Phi's has 51,200
        return null;
    }
}
