using CoderLsp.Inference.Gguf;
using CoderLsp.Kernels;
using CoderLsp.TestSupport;

namespace CoderLsp.Inference.Tests.Gguf;

public class GgufFixtureTests
{
    static readonly TensorType[] Types =
    [
        TensorType.F32, TensorType.F16, TensorType.BF16, TensorType.Q8_0, TensorType.Q4_0, TensorType.Q4_1, TensorType.Q5_0,
        TensorType.Q5_1, TensorType.Q4_K, TensorType.Q5_K, TensorType.Q6_K,
    ];

    public static TheoryData<string> Models =>
        [.. Directory.GetFiles(Fixtures("models")).Order().Select(path => Path.GetFileName(path)!)];

    static string Fixtures(params string[] parts) => TestData.InRepository(["tests", "fixtures", "parity", .. parts]);

    [Theory]
    [MemberData(nameof(Models))]
    public void A_parity_model_opens_and_holds_what_its_metadata_says(string name)
    {
        using var gguf = GgufFile.Open(Fixtures("models", name));
        var metadata = gguf.Metadata;
        metadata.GetString("general.architecture").ShouldBe("llama");
        metadata.GetStrings("tokenizer.ggml.tokens").Count.ShouldBe(metadata.GetInt32("llama.vocab_size"));
        gguf.Get("token_embd.weight").Columns.ShouldBe(metadata.GetInt64("llama.embedding_length"));
        gguf.Get("token_embd.weight").Rows.ShouldBe(metadata.GetInt64("llama.vocab_size"));
        foreach (var tensor in gguf.Tensors)
        {
            Types.ShouldContain(tensor.Type);
            gguf.Find(tensor.Name).ShouldBeSameAs(tensor);
            (tensor.Offset + tensor.ByteLength).ShouldBeLessThanOrEqualTo(gguf.Length);
        }
    }

    [Fact]
    public void There_is_a_parity_model_for_every_type_and_an_expected_result_for_every_model()
    {
        Models.Count.ShouldBe(22);
        var golden = Directory.GetFiles(Fixtures("golden"), "*.f32").Select(Path.GetFileName).ToList();
        foreach (var row in Models)
        {
            var stem = Path.GetFileNameWithoutExtension(row.Data);
            golden.Count(file => file == $"{stem}.exact.logprobs.f32" || file == $"{stem}.logprobs.f32").ShouldBe(1, stem);
        }
    }
}
