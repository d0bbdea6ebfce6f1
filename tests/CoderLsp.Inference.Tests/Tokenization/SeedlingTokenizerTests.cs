using System.Text.Json;
using CoderLsp.Inference.Generation;
using CoderLsp.Inference.Gguf;
using CoderLsp.Inference.Tokenization;
using CoderLsp.TestSupport;

namespace CoderLsp.Inference.Tests.Tokenization;

public class SeedlingTokenizerTests
{
    static readonly Tokenizer Seedling = Open();

    [Fact]
    public void The_golden_prompts_have_the_golden_ids()
    {
        using var golden = JsonDocument.Parse(File.ReadAllBytes(TestData.InRepository("models", "seedling", "golden.json")));
        var plain = 0;
        foreach (var prompt in golden.RootElement.GetProperty("prompts").EnumerateArray())
        {
            var ids = prompt.GetProperty("tokens").EnumerateArray().Select(t => t.GetInt32()).ToArray();
            if (prompt.TryGetProperty("text", out var text))
            {
                plain++;
                new[] { Seedling.Special.Bos!.Value }.Concat(Seedling.Ids(text.GetString()!)).ShouldBe(ids);
            }
            // The other prompts have their special tokens among the ids: written out and parsed, the ids come back.
            Seedling.Ids(Seedling.Decode(ids, special: true), parseSpecial: true).ShouldBe(ids);

            var greedy = prompt.GetProperty("greedy").EnumerateArray().Select(t => t.GetInt32()).ToArray();
            Seedling.Decode(greedy, special: true).ShouldStartWith(prompt.GetProperty("greedy_text").GetString()!);
        }
        plain.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void The_special_tokens_are_those_of_the_card()
    {
        var special = Seedling.Special;
        (special.Bos, special.Eos, special.Pad, special.AddBos).ShouldBe((4080, 4081, 4081, true));
        (special.FimPrefix, special.FimSuffix, special.FimMiddle).ShouldBe((4083, 4082, 4084));
        special.IsEndOfGeneration(4081).ShouldBeTrue();
        Seedling.Vocabulary.Count.ShouldBe(4096);
        Seedling.Vocabulary.Bytes(4081).Length.ShouldBe(0);
        Seedling.Vocabulary.Text(4082).ShouldBe("<｜fim▁hole｜>");
        Seedling.Vocabulary.Find("<｜fim▁end｜>").ShouldBe(4084);
    }

    [Fact]
    public void Every_random_text_survives_the_way_there_and_back()
    {
        var texts = new RandomTexts(1);
        for (var i = 0; i < 500; i++)
        {
            var text = texts.Next();
            Seedling.Decode(Seedling.Ids(text)).ShouldBe(RandomTexts.WithoutLoneSurrogates(text));
        }
    }

    [Fact]
    public void Every_way_to_cut_a_text_decodes_to_the_same_characters()
    {
        const string Text = "a 日本語 🦙🦙 e\u0301 \ud800 Việt";
        var ids = Seedling.Ids(Text);
        var streamed = new GeneratedText();
        foreach (var id in ids) streamed.Append(Seedling.Vocabulary.Bytes(id));
        streamed.Span.ToString().ShouldBe(Seedling.Decode(ids));
    }

    [Fact]
    public void Special_tokens_in_text_stay_text()
    {
        const string Text = "x<｜fim▁hole｜>y<｜end▁of▁sentence｜>";
        Seedling.Ids(Text).ShouldAllBe(id => id < 4080);
        Seedling.Decode(Seedling.Ids(Text)).ShouldBe(Text);
        Seedling.Ids(Text, parseSpecial: true).ShouldBe([.. Seedling.Ids("x"), 4082, .. Seedling.Ids("y"), 4081]);
        Seedling.Decode([4082, .. Seedling.Ids("y")]).ShouldBe("y");
    }

    [Fact]
    public void Threads_that_encode_at_the_same_time_get_what_one_gets()
    {
        var texts = new RandomTexts(2);
        var cases = Enumerable.Range(0, 200).Select(_ => texts.Next()).Select(t => (Text: t, Ids: Seedling.Ids(t))).ToArray();
        Parallel.For(0, 2000, new() { MaxDegreeOfParallelism = 8 }, i =>
        {
            var (text, ids) = cases[i % cases.Length];
            Seedling.Ids(text).ShouldBe(ids);
        });
    }

    [Theory]
    [InlineData('a')]
    [InlineData(' ')]
    [InlineData('\n')]
    [InlineData('日')]
    [InlineData('(')]
    public void A_megabyte_of_one_character_is_encoded(char character)
    {
        var text = new string(character, 1 << 20);
        Seedling.Decode(Seedling.Ids(text)).ShouldBe(text);
    }

    static Tokenizer Open()
    {
        using var file = GgufFile.Open(TestData.InRepository("models", "seedling", "seedling-q8_0.gguf"));
        return Tokenizer.FromGguf(file, warning => throw new InvalidOperationException(warning));
    }
}
