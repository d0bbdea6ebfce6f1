using System.Text.Json;
using CoderLsp.Inference.Chat;
using CoderLsp.Inference.Gguf;
using CoderLsp.Inference.Tokenization;
using CoderLsp.TestSupport;

namespace CoderLsp.Inference.Tests.Chat;

[Trait("Needs", "Shared")]
public class RealVocabularyChatTests
{
    [Theory]
    [InlineData("chat-capital", "What is the capital of France?")]
    [InlineData("chat-explain", null)]
    public void SmolLM2_gets_the_tokens_that_another_engine_gives_it(string name, string? prompt)
    {
        using var file = GgufFile.Open(TestData.Shared("models", "smollm2-135m-instruct", "SmolLM2-135M-Instruct.Q4_1.gguf"));
        var template = ChatTemplate.Of(file, Tokenizer.FromGguf(file), null, out _)!;
        var golden = JsonDocument.Parse(File.ReadAllText(TestData.Shared("models", "smollm2-135m-instruct", "golden.json"))).RootElement
            .EnumerateArray().Single(item => item.GetProperty("name").GetString() == name);
        var system = prompt is null ? "You explain code." : template.DefaultSystem;
        prompt ??= golden.GetProperty("prompt").GetString()!.Split("<|im_start|>user\n")[1].Split("<|im_end|>")[0];
        template.Encode(system, [new(prompt)]).ShouldBe(golden.GetProperty("tokens").EnumerateArray().Select(id => id.GetInt32()));
    }

    [Theory]
    [InlineData("deepseek-coder", "deepseek-coder", "<｜begin▁of▁sentence｜>sys\n### Instruction:\nsay hi\n### Response:\nhi\n<|EOT|>\n### Instruction:\nbye\n### Response:\n")]
    [InlineData("deepseek-llm", "deepseek-coder-v2",
        "<｜begin▁of▁sentence｜>sys\n\nUser: say hi\n\nAssistant: hi<｜end▁of▁sentence｜>User: bye\n\nAssistant:")]
    [InlineData("qwen2", "chatml", "<|im_start|>system\nsys<|im_end|>\n<|im_start|>user\nsay hi<|im_end|>\n<|im_start|>assistant\nhi<|im_end|>\n"
        + "<|im_start|>user\nbye<|im_end|>\n<|im_start|>assistant\n")]
    [InlineData("llama-bpe", "llama3", "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nsys<|eot_id|><|start_header_id|>user<|end_header_id|>\n\n"
        + "say hi<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nhi<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nbye<|eot_id|>"
        + "<|start_header_id|>assistant<|end_header_id|>\n\n")]
    [InlineData("llama-spm", "llama2", "<s>[INST] <<SYS>>\nsys\n<</SYS>>\n\nsay hi [/INST] hi </s><s>[INST] bye [/INST]")]
    public void Tokens_are_those_of_the_whole_text_with_special_tokens_parsed(string vocabulary, string family, string text)
    {
        using var file = GgufFile.Open(TestData.Shared("vocab", $"ggml-vocab-{vocabulary}.gguf"));
        var tokenizer = Tokenizer.FromGguf(file);
        var expected = new List<int>();
        tokenizer.Encode(text, expected, parseSpecial: true);
        ChatTemplate.Of(file, tokenizer, family, out _)!.Encode("sys", [new("say hi", "hi"), new("bye")]).ShouldBe(expected);
    }
}
