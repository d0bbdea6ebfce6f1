using CoderLsp.Inference.Tokenization;

namespace CoderLsp.Inference.Tests.Tokenization;

public class SentencePieceTokenizerTests
{
    static readonly VocabularyData Made = MadeVocabulary.SentencePiece(
    [
        ("<unk>", 0, TokenType.Unknown), ("<s>", 0, TokenType.Control), ("</s>", 0, TokenType.Control),
        .. Enumerable.Range(0, 256).Select(b => ($"<0x{b:X2}>", 0f, TokenType.Byte)),
        ("▁", -10, TokenType.Normal), ("a", -11, TokenType.Normal), ("b", -12, TokenType.Normal), ("ab", -2, TokenType.Normal),
        ("▁a", -1, TokenType.Normal), ("▁ab", -5, TokenType.Normal), ("▁▁", -3, TokenType.Normal), ("<", -20, TokenType.Normal),
        ("s", -20, TokenType.Normal), (">", -20, TokenType.Normal), ("<s", -9, TokenType.Normal), ("▁<PRE>", 0, TokenType.Normal),
    ]);

    static readonly Tokenizer Tokenizer = Tokenizer.FromData(Made);

    [Theory]
    [InlineData("ab", "▁ab")]      // ▁a first (-1), then ▁ab
    [InlineData("bab", "▁|b|ab")]
    [InlineData(" ab", "▁|▁ab")]   // the second of two spaces goes with the word
    [InlineData("ab ab", "▁ab|▁ab")]
    [InlineData("a   b", "▁a|▁▁|▁|b")]
    [InlineData("é", "▁|<0xC3>|<0xA9>")]
    [InlineData("\n", "▁|<0x0A>")]
    [InlineData("<s>", "▁|<s|>")]  // never the control token
    [InlineData("▁b", "▁▁|b")]     // the character itself is taken for a space, as SentencePiece does
    [InlineData("", "")]
    public void Text_is_merged_by_score(string text, string expected) =>
        string.Join('|', Tokenizer.Ids(text).Select(Tokenizer.Vocabulary.Text)).ShouldBe(expected);

    [Fact]
    public void A_lone_surrogate_becomes_the_bytes_of_the_replacement_character() =>
        Tokenizer.Decode(Tokenizer.Ids("a\ud800b")).ShouldBe(" a\ufffdb");

    [Fact]
    public void A_piece_of_a_text_gets_no_space_before_it()
    {
        var tokens = new List<int>();
        Tokenizer.Encode("ab ab", tokens, continues: true);
        string.Join('|', tokens.Select(Tokenizer.Vocabulary.Text)).ShouldBe("ab|▁ab");
    }

    [Fact]
    public void Without_the_space_prefix_text_begins_as_it_is()
    {
        var plain = Tokenizer.FromData(Made with { AddSpacePrefix = false });
        string.Join('|', plain.Ids("ab ab").Select(plain.Vocabulary.Text)).ShouldBe("ab|▁ab");
        plain.Ids("").ShouldBeEmpty();
    }

    [Fact]
    public void Bytes_and_spaces_are_decoded_exactly()
    {
        Tokenizer.Decode(Tokenizer.Ids("ab é\n ab🦙")).ShouldBe(" ab é\n ab🦙");
        Tokenizer.Vocabulary.Bytes(3 + 0xC3).ToArray().ShouldBe([0xC3]);
        Tokenizer.Vocabulary.Bytes(1).Length.ShouldBe(0);
    }

    [Fact]
    public void Special_tokens_are_found_by_their_texts_and_parsed_where_asked()
    {
        var special = Tokenizer.Special;
        (special.Bos, special.Eos, special.Unknown, special.AddBos).ShouldBe((1, 2, 0, true));
        special.FimPrefix.ShouldBe(Tokenizer.Vocabulary.Find("▁<PRE>"));
        special.FimSuffix.ShouldBeNull();
        string.Join('|', Tokenizer.Ids("<s>ab</s>ab", parseSpecial: true).Select(Tokenizer.Vocabulary.Text)).ShouldBe("<s>|▁ab|</s>|▁ab");
    }

    [Fact]
    public void Words_merge_apart_only_where_no_token_reaches_over_a_space()
    {
        string Pieces(params (string Text, float Score, TokenType Type)[] more)
        {
            var tokenizer = Tokenizer.FromData(MadeVocabulary.SentencePiece([("▁", -9, TokenType.Normal), ("a", -9, TokenType.Normal), .. more]));
            return string.Join('|', tokenizer.Ids("a a").Select(tokenizer.Vocabulary.Text));
        }
        Pieces(("▁a", -1, TokenType.Normal)).ShouldBe("▁a|▁a");
        Pieces(("a▁", -1, TokenType.Normal)).ShouldBe("▁|a▁|a");
    }
}
