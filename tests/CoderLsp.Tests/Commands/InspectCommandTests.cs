using System.Text.Json;
using CoderLsp.Inference.Gguf;
using CoderLsp.Kernels;
using CoderLsp.TestSupport;

namespace CoderLsp.Tests.Commands;

public class InspectCommandTests
{
    [Fact]
    public async Task The_table_says_what_the_seedling_is()
    {
        var run = await RunResult.OfAsync("inspect", "seedling");
        run.Status.ShouldBe(0);
        run.Error.ShouldBeEmpty();
        run.Out.ShouldContain("llama");
        run.Out.ShouldContain("Q8_0 × 36");
        run.Out.ShouldContain("5 layers, 256 wide, 1,024 feed-forward, 4 heads, 2 key/value heads");
        run.Out.ShouldContain("byte-level BPE, deepseek-coder, 4,096 tokens, BOS 4080 <｜begin▁of▁sentence｜> (added)");
        run.Out.ShouldContain("family               CoderLsp's seedling 6.0M\n");
        run.Out.ShouldContain("runs                 yes\n");
        run.Out.ShouldContain("Q8_0: hardly any quality loss");
        run.Out.ShouldContain("as DeepSeek-Coder, has tokens, is best left to right, prefix 4083 <｜fim▁begin｜>, suffix 4082 <｜fim▁hole｜>, middle 4084 <｜fim▁end｜>");
        run.Out.Split('\n').ShouldAllBe(line => line == line.TrimEnd());
        run.Out.ShouldNotContain("\u001B");
    }

    [Fact]
    public async Task Without_a_model_it_inspects_the_configured_one()
    {
        var path = TestData.InRepository("models", "seedling", "seedling-q8_0.gguf");
        (await RunResult.OfAsync("inspect", "--model", path)).Out.ShouldContain("seedling-q8_0.gguf");
    }

    [Fact]
    public async Task A_split_model_is_shown_once_with_the_size_of_all_its_files()
    {
        var folder = Directory.CreateTempSubdirectory("coderlsp-").FullName;
        try
        {
            foreach (var number in new[] { 1, 2 })
            {
                var writer = new GgufWriter();
                if (number == 1) writer.Add("general.architecture", "llama");
                writer.Add("split.no", (ushort)(number - 1));
                writer.Add("split.count", (ushort)2);
                writer.AddTensor($"tensor{number}", TensorType.F32, [1_000_000], stream => stream.Write(new byte[4_000_000]));
                using var file = File.Create(Path.Combine(folder, $"big-0000{number}-of-00002.gguf"));
                writer.Write(file);
            }

            var run = await RunResult.OfAsync("inspect", Path.Combine(folder, "big-00002-of-00002.gguf"));
            run.Out.ShouldContain("big-00001-of-00002.gguf");
            run.Out.ShouldContain("8 MB in 2 files");
            run.Out.ShouldContain("F32 × 2 (8 MB)");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task The_JSON_has_the_same_facts()
    {
        var run = await RunResult.OfAsync("inspect", "seedling", "--json");
        var model = JsonDocument.Parse(run.Out).RootElement;
        model.GetProperty("architecture").GetString().ShouldBe("llama");
        model.GetProperty("bytes").GetInt64().ShouldBe(6475616);
        model.GetProperty("parameters").GetInt64().ShouldBe(5966592);
        model.GetProperty("family").GetString().ShouldBe("CoderLsp's seedling");
        model.GetProperty("size").GetString().ShouldBe("6.0M");
        model.TryGetProperty("problem", out _).ShouldBeFalse();
        model.GetProperty("quantization").GetString().ShouldBe("Q8_0");
        model.GetProperty("quantizationAdvice").GetString()!.ShouldStartWith("hardly any quality loss");
        model.GetProperty("tensorTypes")[0].GetProperty("type").GetString().ShouldBe("Q8_0");
        model.GetProperty("contextTokens").GetInt32().ShouldBe(1024);
        model.GetProperty("tokenizer").GetProperty("tokens").GetInt32().ShouldBe(4096);
        model.GetProperty("infill").GetProperty("template").GetString().ShouldBe("DeepSeek-Coder");
        model.GetProperty("infill").GetProperty("order").GetString().ShouldBe("none");
        model.GetProperty("infill").GetProperty("suffix").GetProperty("id").GetInt32().ShouldBe(4082);
        // 5 layers of 2 key/value heads of 64, keys and values, a byte each and a scale of 2 for 32 of them.
        model.GetProperty("memory").GetProperty("keyValueBytesPerToken").GetInt64().ShouldBe(5 * 2 * 64 * 2 * 34 / 32);
        // The file, 60 MB for the program, buffers of a chunk of 128 tokens, three times the logits, and a cache for 1,024 tokens.
        model.GetProperty("memory").GetProperty("fullContextBytes").GetInt64()
            .ShouldBe(6475616 + 60_000_000 + 128 * (6 * 256 + 3 * 1024) * 4 + 4096 * 4 * 3 + 1024 * 1360);
        foreach (var context in (string[])["context2048Bytes", "context16384Bytes"]) // the whole window is smaller
            model.GetProperty("memory").GetProperty(context).GetInt64().ShouldBe(model.GetProperty("memory").GetProperty("fullContextBytes").GetInt64(), context);
        model.TryGetProperty("tensors", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Tensors_are_listed_when_asked_for()
    {
        var run = await RunResult.OfAsync("inspect", "seedling", "--json", "--tensors");
        var tensors = JsonDocument.Parse(run.Out).RootElement.GetProperty("tensors").EnumerateArray().ToList();
        tensors.Count.ShouldBe(47);
        var embedding = tensors.Single(tensor => tensor.GetProperty("name").GetString() == "token_embd.weight");
        embedding.GetProperty("dimensions").EnumerateArray().Select(d => d.GetInt64()).ShouldBe([256, 4096]);

        (await RunResult.OfAsync("inspect", "seedling", "--tensors")).Out.ShouldContain("blk.0.attn_q.weight");
    }

    [Fact]
    public async Task A_file_that_is_no_model_is_one_clear_error()
    {
        var run = await RunResult.OfAsync("inspect", TestData.InRepository("LICENSE"));
        run.Status.ShouldBe(1);
        run.Out.ShouldBeEmpty();
        run.Error.ShouldStartWith("coderlsp: ");
        run.Error.ShouldContain("LICENSE");
        run.Error.Trim().Split('\n').ShouldHaveSingleItem();
    }

    [Fact]
    public async Task An_unknown_model_says_which_are_known()
    {
        var run = await RunResult.OfAsync("inspect", "seedlin");
        run.Status.ShouldBe(1);
        run.Error.ShouldContain("no model named 'seedlin'. Did you mean 'seedling'?");
    }
}
