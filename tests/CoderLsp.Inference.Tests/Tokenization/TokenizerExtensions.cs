using CoderLsp.Inference.Tokenization;

namespace CoderLsp.Inference.Tests.Tokenization;

static class TokenizerExtensions
{
    public static int[] Ids(this Tokenizer tokenizer, string text, bool parseSpecial = false)
    {
        var tokens = new List<int>();
        tokenizer.Encode(text, tokens, parseSpecial);
        return [.. tokens];
    }
}
