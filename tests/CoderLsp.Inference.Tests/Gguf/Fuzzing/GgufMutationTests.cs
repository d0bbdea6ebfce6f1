using CoderLsp.Inference.Gguf;
using CoderLsp.Inference.Tests.Models;
using FsCheck;
using FsCheck.Fluent;

namespace CoderLsp.Inference.Tests.Gguf.Fuzzing;

/// <summary>
/// Models with wrong numbers in every structural field: each gives an error of its file or computes, and nothing else happens. A few hundred of each
/// kind of model by default; CODERLSP_GGUF_MUTATIONS says how many, CODERLSP_GGUF_SEED which.
/// </summary>
public sealed class GgufMutationTests(ITestOutputHelper output) : IDisposable
{
    const int DefaultFiles = 300, DefaultSeed = 20261124;

    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The smallest model of each kind, one that is made, one with a vocabulary of the other kind, and a part of a split one.</summary>
    public static TheoryData<string> Models =>
    [
        .. ParityFixtures.Names.GroupBy(name => name.Split('.')[0]).Select(kind => kind.MinBy(name => new FileInfo(ParityFixtures.Model(name)).Length)!),
        "StarCoder2", "SentencePiece", "first part", "second part",
    ];

    [Theory, MemberData(nameof(Models))]
    public void Wrong_numbers_anywhere_give_an_error_or_a_model_that_computes(string name)
    {
        var file = Create(name);
        var property = Prop.ForAll(Mutation.Some, mutations =>
        {
            file.Try(mutations);
            return true;
        });
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Setting("CODERLSP_GGUF_MUTATIONS", DefaultFiles))
            .WithReplay((ulong)Setting("CODERLSP_GGUF_SEED", DefaultSeed), 1), property);
        file.Loaded.ShouldBeInRange(1, file.Tried - 1);
        output.WriteLine($"{name}: {file.Tried} files, {file.Loaded} of them still models; "
            + $"longest {file.Longest.TotalMilliseconds:0} ms, at most {file.MostAllocated} bytes allocated for a file of {file.Length}");
    }

    [Theory, InlineData("micro.IQ1_S"), InlineData("first part"), InlineData("second part")]
    public void A_model_cut_short_at_any_field_gives_an_error(string name)
    {
        var file = Create(name);
        var end = file.Fields.Max(field => field.At + field.Size);
        var lengths = file.Fields.SelectMany(field => new[] { field.At - 1, field.At, field.At + 1, field.At + field.Size / 2 }).Append(end - 1)
            .Where(length => length >= 0 && length < end).Distinct().ToList();
        lengths.Count.ShouldBeGreaterThan(50);
        foreach (var length in lengths) file.TryCut(length).ShouldBeFalse($"{length} of {end} bytes");
        file.TryCut(end).ShouldBeTrue();
    }

    MutatedFile Create(string name)
    {
        if (name == "StarCoder2") return Of(new StarCoder2Model().File);
        var source = GgufFile.Open(ParityFixtures.Model(ParityFixtures.Names.Contains(name) ? name : "micro.IQ1_S"));
        using (source)
        {
            if (name.EndsWith("part", StringComparison.Ordinal))
            {
                var parts = SplitModel.Split(source, 2, _folder, "split");
                return name == "first part" ? new(parts[0], parts[1]) : new(parts[1], parts[0]);
            }

            if (name != "SentencePiece") return Of(File.ReadAllBytes(source.Path));
            var writer = new GgufWriter();
            foreach (var key in source.Metadata.Keys.Where(key => key is not ("tokenizer.ggml.model" or "tokenizer.ggml.scores"))) writer.AddCopy(source.Metadata, key);
            writer.Add("tokenizer.ggml.model", "llama");
            writer.AddArray<float>("tokenizer.ggml.scores", new float[source.Metadata.GetStrings("tokenizer.ggml.tokens").Count]);
            foreach (var tensor in source.Tensors) writer.AddCopy(tensor);
            return Of(writer.ToArray());
        }
    }

    MutatedFile Of(byte[] content)
    {
        var path = _folder.Write("model.gguf", content);
        return new(path, path);
    }

    static int Setting(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), out var value) ? value : otherwise;
}
