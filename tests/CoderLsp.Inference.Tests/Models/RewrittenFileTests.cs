using CoderLsp.Inference.Generation;
using CoderLsp.Inference.Gguf;
using CoderLsp.Inference.Tests.Gguf;

namespace CoderLsp.Inference.Tests.Models;

/// <summary>Files as publishers make them out of others: split, or with some tensors of another type.</summary>
public sealed class RewrittenFileTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory, InlineData("coder-v1.Q4_K_M"), InlineData("qwen3-qknorm.Q4_K_M")]
    public async Task A_model_split_three_ways_gives_the_same_logits_and_text(string name)
    {
        using var whole = Engine.Load(ParityFixtures.Model(name), new() { Threads = 1 });
        var paths = SplitModel.Split(whole.File, 3, _folder, name);
        var (expected, text) = (await LogitsAsync(whole), await TextAsync(whole));
        foreach (var path in paths)
        {
            using var split = Engine.Load(path, new() { Threads = 1 });
            split.File.PartCount.ShouldBe(3);
            (await LogitsAsync(split)).ShouldBe(expected);
            (await TextAsync(split)).ShouldBe(text);
        }
    }

    // Q2_K_L and Q3_K_XL are Q2_K and Q3_K_L with the embedding and the output as float16.
    [Theory, InlineData("coder-v1.Q2_K"), InlineData("coder-v1.Q3_K_M"), InlineData("llama-gqa-tied.Q4_K_M")]
    public void Embedding_and_output_may_be_float16_beside_quantised_layers(string name)
    {
        using var source = GgufFile.Open(ParityFixtures.Model(name));
        var writer = new GgufWriter();
        foreach (var key in source.Metadata.Keys) writer.AddCopy(source.Metadata, key);
        foreach (var tensor in source.Tensors)
            if (tensor.Name is "token_embd.weight" or "output.weight") writer.AddAsFloat16(tensor);
            else writer.AddCopy(tensor);

        using var run = new ParityRun(_folder.Write("mixed.gguf", writer.ToArray()));
        var bar = ParityFixtures.Bars().Single(file => file.Name == name).Bar;
        foreach (var chunk in new[] { 1, 7, 48 })
            run.MeanDivergence(chunk, cached: 0, ParityFixtures.Expected(name)).ShouldBeLessThanOrEqualTo(bar, $"{name}, chunks of {chunk}");
    }

    static async Task<float[]> LogitsAsync(Engine engine)
    {
        var all = new List<float>();
        await engine.EvaluateAsync(ParityFixtures.Tokens, batch: 16, (_, logits) => all.AddRange(logits), TestContext.Current.CancellationToken);
        return [.. all];
    }

    static async Task<int[]> TextAsync(Engine engine)
    {
        var result = await engine.GenerateAsync(
            new() { Prompt = ParityFixtures.Tokens[..8], MaxTokens = 12, IgnoreEnd = true }, TestContext.Current.CancellationToken);
        return [.. result.Tokens];
    }
}
