using CoderLsp.Inference.Gguf;
using CoderLsp.Inference.Tests.Gguf;
using CoderLsp.Inference.Tokenization;

namespace CoderLsp.Inference.Tests.Models;

/// <summary>Files as they were written in the autumn of 2023: GGUF version 2, without keys that came later, or with their names of that time.</summary>
public sealed class OldFileTests
{
    /// <summary>Keys that did not exist, or that writers left out.</summary>
    static readonly string[] Later =
    [
        "tokenizer.ggml.pre", "llama.vocab_size", "llama.attention.key_length", "llama.attention.value_length",
        "llama.rope.scaling.type", "llama.rope.scaling.factor", "tokenizer.ggml.add_bos_token",
    ];

    /// <summary>Number of the model's BOS and the five special tokens behind it.</summary>
    const int FirstSpecial = 273;

    static readonly string[] DeepSeekCoder = ["<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>", "<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>"];

    [Theory]
    [InlineData("coder-v1.Q2_K", "scale_linear"), InlineData("coder-v1.Q2_K", "scaling")]
    [InlineData("coder-v1.Q3_K_M", "scale_linear"), InlineData("coder-v1.Q3_K_M", "scaling")]
    [InlineData("coder-v1.Q4_K_M", "scale_linear"), InlineData("coder-v1.Q4_K_M", "scaling")]
    public void A_file_of_2023_gives_the_same_distribution(string name, string ropeKey)
    {
        using var old = AsOf2023(name, ropeKey);
        using (var file = GgufFile.Open(old.Path))
        {
            file.Version.ShouldBe(2u);
            file.Metadata.Keys.Intersect(Later).ShouldBe(ropeKey == "scaling" ? ["llama.rope.scaling.type", "llama.rope.scaling.factor"] : []);
        }

        using var run = new ParityRun(old.Path);
        var bar = ParityFixtures.Bars().Single(file => file.Name == name).Bar;
        run.MeanDivergence(7, cached: 0, ParityFixtures.Expected(name)).ShouldBeLessThanOrEqualTo(bar);
        run.MeanDivergence(1, cached: 0, ParityFixtures.Expected(name)).ShouldBeLessThanOrEqualTo(bar);
    }

    [Fact]
    public void Without_the_scale_of_positions_the_distribution_is_another()
    {
        using var old = AsOf2023("coder-v1.Q4_K_M", ropeKey: "none");
        using var run = new ParityRun(old.Path);
        run.MeanDivergence(48, cached: 0, ParityFixtures.Expected("coder-v1.Q4_K_M")).ShouldBeGreaterThan(1e-3);
    }

    [Fact]
    public void The_pre_tokenizer_of_a_file_of_2023_is_that_of_its_vocabulary()
    {
        const string text = "public int f(int x)\n{\n\treturn x + 12345; // ça, 你好\r\n}\n";
        using var old = AsOf2023("coder-v1.Q4_K_M", "scale_linear");
        using GgufFile file = GgufFile.Open(old.Path), today = GgufFile.Open(ParityFixtures.Model("coder-v1.Q4_K_M"));
        var warnings = new List<string>();
        var tokenizer = Tokenizer.FromGguf(file, warnings.Add);
        List<int> ids = [], expected = [];
        tokenizer.Encode(text, ids);
        Tokenizer.FromGguf(today).Encode(text, expected);
        ids.ShouldBe(expected);
        warnings.ShouldBeEmpty();
        (tokenizer.Special.Bos, tokenizer.Special.AddBos).ShouldBe((FirstSpecial, true));
    }

    static TempFile AsOf2023(string name, string ropeKey)
    {
        using var source = GgufFile.Open(ParityFixtures.Model(name));
        var writer = new GgufWriter(version: 2);
        foreach (var key in source.Metadata.Keys.Except(Later))
            if (source.Metadata.Find(key) is { ElementType: GgufValueType.String }) writer.AddArray(key, Strings(key, source.Metadata.GetStrings(key)));
            else writer.AddCopy(source.Metadata, key);
        if (ropeKey == "scale_linear") writer.Add("llama.rope.scale_linear", 4f);
        if (ropeKey == "scaling")
        {
            writer.Add("llama.rope.scaling.type", "linear");
            writer.Add("llama.rope.scaling.factor", 4f);
        }

        writer.AddArray<float>("tokenizer.ggml.scores", new float[source.Metadata.GetStrings("tokenizer.ggml.tokens").Count]);
        foreach (var tensor in source.Tensors) writer.AddCopy(tensor);
        return new TempFile(writer.ToArray());
    }

    /// <summary>As they are, but for special tokens, which get the names by which DeepSeek-Coder's vocabulary is recognised.</summary>
    static IEnumerable<string> Strings(string key, GgufStrings strings)
    {
        for (var i = 0; i < strings.Count; i++)
            yield return key == "tokenizer.ggml.tokens" && i - FirstSpecial is >= 0 and < 5 ? DeepSeekCoder[i - FirstSpecial] : strings[i];
    }
}
