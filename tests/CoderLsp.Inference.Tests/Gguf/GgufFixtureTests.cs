using CoderLsp.Inference.Gguf;
using CoderLsp.Kernels;
using CoderLsp.TestSupport;

namespace CoderLsp.Inference.Tests.Gguf;

public class GgufFixtureTests
{
    public static TheoryData<string> Models =>
        [.. Directory.GetFiles(Fixtures("models")).Order().Select(path => Path.GetFileName(path)!)];

    static string Fixtures(params string[] parts) => TestData.InRepository(["tests", "fixtures", "parity", .. parts]);

    [Theory]
    [MemberData(nameof(Models))]
    public void A_parity_model_opens_and_holds_what_its_metadata_says(string name)
    {
        using var gguf = GgufFile.Open(Fixtures("models", name));
        var metadata = gguf.Metadata;
        var architecture = metadata.GetString("general.architecture");
        metadata.GetStrings("tokenizer.ggml.tokens").Count.ShouldBe(metadata.GetInt32($"{architecture}.vocab_size"));
        gguf.Get("token_embd.weight").Columns.ShouldBe(metadata.GetInt64($"{architecture}.embedding_length"));
        gguf.Get("token_embd.weight").Rows.ShouldBe(metadata.GetInt64($"{architecture}.vocab_size"));
        foreach (var tensor in gguf.Tensors)
        {
            gguf.Find(tensor.Name).ShouldBeSameAs(tensor);
            (tensor.Offset + tensor.ByteLength).ShouldBeLessThanOrEqualTo(gguf.Length);
        }
    }

    [Fact]
    public void There_is_a_parity_model_for_every_type_and_an_expected_result_for_every_model()
    {
        var types = new HashSet<TensorType>();
        var golden = Directory.GetFiles(Fixtures("golden"), "*.f32").Select(Path.GetFileName).ToList();
        foreach (var row in Models)
        {
            using (var gguf = GgufFile.Open(Fixtures("models", row.Data))) types.UnionWith(gguf.Tensors.Select(tensor => tensor.Type));
            var stem = Path.GetFileNameWithoutExtension(row.Data);
            golden.Count(file => file == $"{stem}.exact.logprobs.f32" || file == $"{stem}.logprobs.f32").ShouldBe(1, stem);
        }

        types.ShouldBe(KernelRegistry.SupportedTypes, ignoreOrder: true);
    }
}
