using System.Text;
using CoderLsp.Inference.Gguf;
using CoderLsp.Inference.Tokenization;
using CoderLsp.TestSupport;

namespace CoderLsp.Inference.Tests.Tokenization;

public class TokenTrieTests
{
    [Theory]
    [InlineData("re"), InlineData("return"), InlineData(" retu"), InlineData("    "), InlineData("\n"), InlineData("é"), InlineData("xyzzy"), InlineData("")]
    public void Exactly_the_tokens_that_fit_are_found_and_each_once(string required) => Check(Encoding.UTF8.GetBytes(required));

    [Fact]
    public void Half_a_character_can_be_required()
    {
        Check([0xE6]);
        Check([0xF0, 0x9F]);
        Check([0xFF, 0x00]);
    }

    [Fact]
    public void Random_bytes_of_the_vocabulary_find_what_looking_at_every_token_finds()
    {
        var random = new Random(7);
        var vocabulary = Seedling().Vocabulary;
        for (var i = 0; i < 300; i++)
            Check([.. vocabulary.Bytes(random.Next(4000))[..], .. vocabulary.Bytes(random.Next(4000))[..random.Next(2)]]);
    }

    [Fact]
    public void Special_tokens_are_never_found()
    {
        var found = new List<int>();
        Seedling().Trie.FindCompatible([], found);
        found.Count.ShouldBe(4080);
        found.ShouldAllBe(id => id < 4080);
    }

    [Fact]
    public void Tokens_of_the_same_bytes_are_all_found()
    {
        var trie = Tokenizer.FromData(MadeVocabulary.BytePair(["a b"], ("Ã¼", TokenType.Normal), ("ü", TokenType.UserDefined))).Trie;
        var found = new List<int>();
        trie.FindCompatible("ü"u8, found);
        found.ShouldBe([0xC3, 257, 258]);
    }

    static void Check(byte[] required)
    {
        var tokenizer = Seedling();
        var found = new List<int>();
        tokenizer.Trie.FindCompatible(required, found);
        var expected = Enumerable.Range(0, tokenizer.Vocabulary.Count).Where(id =>
        {
            var bytes = tokenizer.Vocabulary.Bytes(id);
            return bytes.Length > 0 && (required.AsSpan().StartsWith(bytes) || bytes.StartsWith(required));
        });
        found.Order().ShouldBe(expected);
    }

    static readonly Lazy<Tokenizer> Lazy = new(() =>
    {
        using var file = GgufFile.Open(TestData.InRepository("models", "seedling", "seedling-q8_0.gguf"));
        return Tokenizer.FromGguf(file);
    });

    static Tokenizer Seedling() => Lazy.Value;
}
