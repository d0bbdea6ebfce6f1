using CoderLsp.Inference.Gguf;
using CoderLsp.Inference.Tokenization;

namespace CoderLsp.Inference.Tests.Tokenization;

public class BytePairTokenizerTests
{
    [Fact]
    public void Merging_takes_the_lowest_rank_first_and_of_equal_ones_the_leftmost()
    {
        var random = new Random(3);
        for (var round = 0; round < 200; round++)
        {
            var merges = RandomMerges(random);
            var tokenizer = Tokenizer.FromData(MadeVocabulary.BytePair(merges));
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 60)).Select(_ => "abc"[random.Next(3)]));
            string.Join('|', tokenizer.Ids(text).Select(tokenizer.Vocabulary.Text)).ShouldBe(string.Join('|', MergeOneByOne(text, merges)), string.Join(", ", merges));
        }
    }

    [Fact]
    public void Lone_surrogates_become_the_replacement_character()
    {
        var tokenizer = Tokenizer.FromData(MadeVocabulary.BytePair([]));
        tokenizer.Ids("a\ud83d!").ShouldBe([(int)'a', 0xEF, 0xBF, 0xBD, '!']);
        tokenizer.Ids("\udd99").ShouldBe([0xEF, 0xBF, 0xBD]);
        tokenizer.Ids("\ud83e\udd99").ShouldBe([0xF0, 0x9F, 0xA6, 0x99]);
    }

    [Fact]
    public void A_whole_piece_that_is_a_token_needs_no_merges_where_the_model_says_so()
    {
        var data = MadeVocabulary.BytePair(["a b"], ("abc", TokenType.Normal));
        Tokenizer.FromData(data).Ids("abc").Length.ShouldBe(2);
        var whole = Tokenizer.FromData(data with { PreTokenizer = "llama-bpe" });
        whole.Ids("abc").ShouldBe([whole.Vocabulary.Find("abc")!.Value]);
        whole.Ids("abcd").Length.ShouldBe(3);
    }

    [Fact]
    public void Special_tokens_come_from_text_only_where_asked_and_the_longest_wins()
    {
        var tokenizer = Tokenizer.FromData(MadeVocabulary.BytePair([],
            ("<|x|>", TokenType.Control), ("<|x|>y", TokenType.Control), ("<|EOT|>", TokenType.UserDefined), ("ü", TokenType.UserDefined)));
        tokenizer.Ids("a<|x|>yü", parseSpecial: true).ShouldBe(['a', 257, 259]);
        tokenizer.Ids("<|x|><|EOT|>", parseSpecial: true).ShouldBe([256, 258]);
        tokenizer.Ids("<|x|>").ShouldBe(['<', '|', 'x', '|', '>']);
        tokenizer.Ids("<|EOT|>").ShouldBe(['<', '|', 'E', 'O', 'T', '|', '>']);
        tokenizer.Ids("üa").ShouldBe([259, 'a']);
        tokenizer.Decode([256, 'a', 259]).ShouldBe("aü");
        tokenizer.Decode([256, 'a', 259], special: true).ShouldBe("<|x|>aü");
    }

    [Fact]
    public void A_merge_never_makes_a_special_token()
    {
        var warnings = new List<string>();
        var data = MadeVocabulary.BytePair(["- -", "-- >"]);
        data.Types![257] = (int)TokenType.Control;
        var tokenizer = Tokenizer.FromData(data, warnings.Add);
        tokenizer.Ids("-->").ShouldBe([256, '>']);
        warnings.ShouldHaveSingleItem().ShouldContain("1 of 2 merges");
    }

    [Fact]
    public void Every_byte_is_decoded_exactly()
    {
        var tokenizer = Tokenizer.FromData(MadeVocabulary.BytePair([]));
        for (var b = 0; b < 256; b++) tokenizer.Vocabulary.Bytes(b).ToArray().ShouldBe([(byte)b]);
        tokenizer.Decode([0xC3, 0xA9, 0xC3, 'x']).ShouldBe("é\ufffdx");
    }

    [Fact]
    public void An_unknown_pre_tokenizer_is_a_warning_and_the_default()
    {
        var warnings = new List<string>();
        var data = MadeVocabulary.BytePair(["1 2", "12 3", "123 4"]);
        var tokenizer = Tokenizer.FromData(data with { PreTokenizer = "of-tomorrow" }, warnings.Add);
        warnings.ShouldHaveSingleItem().ShouldContain("'of-tomorrow'");
        tokenizer.Ids("1234").ShouldBe(Tokenizer.FromData(data with { PreTokenizer = "default" }).Ids("1234"));
        Tokenizer.FromData(data with { PreTokenizer = null }, warnings.Add).Ids("1234").ShouldBe(tokenizer.Ids("1234"));
        warnings[1].ShouldContain("'tokenizer.ggml.pre' is missing");
    }

    [Fact]
    public void A_vocabulary_that_cannot_write_code_is_a_warning()
    {
        var data = MadeVocabulary.BytePair([]);
        var texts = Enumerable.Range(0, 256).Select(id => id == '{' ? "no" : ByteAlphabet.CharacterOf((byte)id).ToString()).ToArray();
        var warnings = new List<string>();
        var tokenizer = Tokenizer.FromData(data with { Tokens = MadeVocabulary.Strings(texts) }, warnings.Add);
        warnings.ShouldHaveSingleItem().ShouldContain("'{'");
        tokenizer.Ids("{").ShouldBeEmpty();
        tokenizer.Ids("a{b").ShouldBe(['a', 'b']);
    }

    [Theory]
    [InlineData("bert", "'bert' is not supported")]
    [InlineData("gpt2", "'tokenizer.ggml.merges' is missing")]
    [InlineData("llama", "'tokenizer.ggml.scores' is missing")]
    public void A_vocabulary_that_cannot_be_used_says_why(string model, string message) =>
        Should.Throw<GgufException>(() => Tokenizer.FromData(new() { Model = model, PreTokenizer = "gpt-2", Tokens = MadeVocabulary.Strings("a") })).Message.ShouldContain(message);

    [Fact]
    public void Types_that_do_not_match_the_tokens_say_so()
    {
        var data = MadeVocabulary.BytePair([]);
        Should.Throw<GgufException>(() => Tokenizer.FromData(data with { Types = [1, 1] })).Message.ShouldContain("256 tokens, but 2 token types");
        Should.Throw<GgufException>(() => Tokenizer.FromData(data with { Tokens = MadeVocabulary.Strings(), Types = null })).Message.ShouldContain("empty");
    }

    [Fact]
    public void Encoding_allocates_nothing_once_warm()
    {
        var tokenizer = Tokenizer.FromData(MadeVocabulary.BytePair(["i n", "Ġ in", "r e"]));
        var text = string.Concat(Enumerable.Repeat("foreach (var x in rein) { return 'é日🦙'; }\n", 200));
        var tokens = new List<int>(2 * text.Length);
        long Allocated()
        {
            tokens.Clear();
            var before = GC.GetAllocatedBytesForCurrentThread();
            tokenizer.Encode(text, tokens);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Allocated().ShouldBeGreaterThan(0);
        Allocated(); // the list of pieces has two arrays that change places
        Allocated().ShouldBe(0);
        tokens.Count.ShouldBeGreaterThan(5000);
    }

    static string[] RandomMerges(Random random)
    {
        var tokens = new List<string> { "a", "b", "c" };
        var merges = new List<string>();
        for (var n = random.Next(1, 25); n > 0; n--)
        {
            var (left, right) = (tokens[random.Next(tokens.Count)], tokens[random.Next(tokens.Count)]);
            merges.Add($"{left} {right}");
            tokens.Add(left + right);
        }
        return [.. merges.Distinct()];
    }

    static List<string> MergeOneByOne(string text, string[] merges)
    {
        var symbols = text.Select(c => c.ToString()).ToList();
        while (true)
        {
            var best = Enumerable.Range(0, symbols.Count - 1).Select(i => (Rank: Array.IndexOf(merges, $"{symbols[i]} {symbols[i + 1]}"), i))
                .Where(p => p.Rank >= 0).DefaultIfEmpty((Rank: -1, i: -1)).Min();
            if (best.Rank < 0) return symbols;
            symbols[best.i] += symbols[best.i + 1];
            symbols.RemoveAt(best.i + 1);
        }
    }
}
