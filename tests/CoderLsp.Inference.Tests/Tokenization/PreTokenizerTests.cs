using CoderLsp.Inference.Tokenization.PreTokenization;

namespace CoderLsp.Inference.Tests.Tokenization;

public class PreTokenizerTests
{
    public static TheoryData<string> Names => [.. PublishedPatterns.ByName.Keys];

    [Theory, MemberData(nameof(Names))]
    public void The_scanner_cuts_random_texts_as_the_published_expressions_do(string name)
    {
        var texts = new RandomTexts(name.Length);
        for (var i = 0; i < 3000; i++)
        {
            var text = texts.Next();
            var expected = PublishedPatterns.ByName[name].Split(text);
            Split(name, text).Select(RandomTexts.WithoutLoneSurrogates).ShouldBe(expected, $"text {i}: {Escape(text)}");
        }
    }

    [Theory]
    [InlineData("deepseek-coder", "int x1 = 42;\n", "int| x|1| = |4|2|;|\n")]
    [InlineData("deepseek-coder", "\r\n    return  \"a\";", "\r|\n|   | return| | \"|a|\";")]
    [InlineData("deepseek-coder", "看see 한국", "看|see| |한국")]
    [InlineData("deepseek-llm", "Cửa 1234  \t", "C|ử|a| |1234|  \t")]
    [InlineData("llama-bpe", "I'LL 12345 (x)\r\n\r\n  y", "I|'LL| |123|45| (|x|)\r\n\r\n| | y")]
    [InlineData("qwen2", "a\t\tb \n c 12", "a|\t|\tb| \n| c| |1|2")]
    [InlineData("seed-coder", "f(x);\n\n  12", "f|(x|);|\n\n| | |1|2")]
    [InlineData("starcoder", "x=10;  y's", "x|=|1|0|;| | y|'s")]
    [InlineData("gpt-2", "x=10;  y's'S   ", "x|=|10|;| | y|'s|'|S|   ")]
    [InlineData("default", "a<=12345", "a|<=|123|45")]
    public void Texts_are_cut_as_written_here(string name, string text, string expected) =>
        string.Join('|', Split(name, text)).ShouldBe(expected);

    [Theory]
    [InlineData("refact", "starcoder")]
    [InlineData("smollm", "starcoder")]
    [InlineData("llama3", "llama-bpe")]
    public void Names_of_the_same_patterns_cut_alike(string name, string other)
    {
        const string Text = "for (int i = 0; i < 1024; i++) { s += \"don't\"; }\r\n\r\n";
        Split(name, Text).ShouldBe(Split(other, Text));
    }

    [Theory]
    [InlineData("deepseek-coder"), InlineData("deepseek-llm"), InlineData("llama-bpe"), InlineData("default")]
    public void A_long_run_of_spaces_within_a_line_is_cut_in_one_pass(string name)
    {
        // A scanner that looks at the rest of the run from each of its places would need hours.
        var text = "a" + new string(' ', 4_000_000) + "b";
        string.Concat(Split(name, text)).ShouldBe(text);
    }

    static string[] Split(string name, string text)
    {
        var pieces = new PieceList();
        PreTokenizer.Find(name)!.Split(text, pieces);
        var start = 0;
        return [.. pieces.Ends.ToArray().Select(end => text[start..(start = end)])];
    }

    static string Escape(string text) => string.Concat(text.Select(c => c is >= ' ' and <= '~' ? c.ToString() : $"\\u{(int)c:x4}"));
}
