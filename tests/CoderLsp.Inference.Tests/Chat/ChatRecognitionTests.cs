using CoderLsp.Inference.Chat;
using CoderLsp.Inference.Gguf;
using CoderLsp.Inference.Tests.Gguf;
using CoderLsp.Inference.Tokenization;

namespace CoderLsp.Inference.Tests.Chat;

/// <summary>Which family a file's own template is of. The templates are shortened; their markers are those of the published ones.</summary>
public class ChatRecognitionTests
{
    [Theory]
    [InlineData("{{'### Instruction:\\n' + message['content'] + '\\n'}}{{'### Response:\\n' + message['content'] + '\\n<|EOT|>\\n'}}", "deepseek-coder")]
    [InlineData("{{ 'User: ' + message['content'] + '\\n\\n' }}{{ 'Assistant: ' + message['content'] + eos_token }}", "deepseek-coder-v2")]
    [InlineData("{{ '<｜User｜>' + message['content'] + '<｜Assistant｜>' }}", "deepseek-v3")]
    [InlineData("{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n'}}", "chatml")]
    [InlineData("{{ '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n' }}", "llama3")]
    [InlineData("{{ '<start_of_turn>' + role + '\\n' + message['content'] | trim + '<end_of_turn>\\n' }}", "gemma")]
    [InlineData("{{- '<|start_of_role|>user<|end_of_role|>' + message['content'] + '<|end_of_text|>\\n' }}", "granite")]
    [InlineData("{{ bos_token + '[INST] ' + content.strip() + ' [/INST]' }} '<<SYS>>\\n' + system_message", "llama2")]
    [InlineData("{{ '[INST] ' + message['content'] + ' [/INST]' }}", "mistral")]
    [InlineData("{{ \"[AVAILABLE_TOOLS] [\" }}{{ \"[INST] \" + message['content'] + \"[/INST]\" }}", "mistral-v3")]
    [InlineData("<|im_start|>user<|im_sep|>", null)] // Phi-4
    [InlineData("### Instruction:\n{{ content }}", null)] // Alpaca, which ends replies otherwise
    [InlineData("[SYSTEM_PROMPT]x[/SYSTEM_PROMPT][INST]y[/INST]", null)] // Mistral 7
    [InlineData("{{ 'USER: ' + content }}", null)] // Vicuna
    public void A_template_is_recognised_by_its_markers(string template, string? family) => (ChatFamilies.OfTemplate(template)?.Name).ShouldBe(family);

    [Theory]
    [InlineData("<|im_start|>system\nYou are a helpful assistant<|im_end|>\n", "You are a helpful assistant")]
    [InlineData("{{- '<|im_start|>system\\nYou are Qwen, created by Alibaba Cloud. You are a helpful assistant.<|im_end|>\\n' }}",
        "You are Qwen, created by Alibaba Cloud. You are a helpful assistant.")]
    [InlineData("{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' }}", null)]
    [InlineData("{{- '<|im_start|>system\\n' + messages[0]['content'] + '<|im_end|>\\n' }}", null)]
    public void The_default_system_text_is_the_templates_own(string template, string? expected) =>
        OfFile(template, null, out _, "<|im_start|>", "<|im_end|>")!.DefaultSystem.ShouldBe(expected);

    [Fact]
    public void The_setting_wins_over_the_file()
    {
        var template = OfFile("<|im_start|>", "deepseek-coder", out var problem, "<|im_start|>", "<|im_end|>", "<|EOT|>");
        template!.Family.Name.ShouldBe("deepseek-coder");
        template.DefaultSystem!.ShouldStartWith("You are an AI programming assistant, utilizing the Deepseek Coder model");
        problem.ShouldBeNull();
    }

    [Theory]
    [InlineData("{{ something }}", null, "a chat template of an unknown family")]
    [InlineData(null, null, "has no chat template")]
    [InlineData("<|im_start|>", "cahtml", "There is no chat template 'cahtml'")]
    public void What_is_not_known_is_said_with_the_names_that_are(string? own, string? setting, string expected)
    {
        OfFile(own, setting, out var problem, "<|im_start|>", "<|im_end|>").ShouldBeNull();
        problem.ShouldNotBeNull();
        problem.ShouldContain(expected);
        problem.ShouldContain("set chatTemplate to one of deepseek-coder, deepseek-coder-v2, deepseek-v3, chatml, llama3, gemma, granite, mistral-v3, llama2, mistral.");
    }

    [Theory]
    [InlineData("deepseek-coder-1.3b-instruct", "deepseek-coder")]
    [InlineData("deepseek-coder-1.3b-base", null)]
    public void An_old_instructed_DeepSeek_Coder_is_known_by_its_name(string name, string? family) =>
        (OfFile(null, null, out _, ["<|EOT|>", "<｜fim▁hole｜>"], name)?.Family.Name).ShouldBe(family);

    static ChatTemplate? OfFile(string? template, string? setting, out string? problem, params string[] special) =>
        OfFile(template, setting, out problem, special, "a model");

    static ChatTemplate? OfFile(string? template, string? setting, out string? problem, string[] special, string name)
    {
        var writer = new GgufWriter();
        writer.Add("general.name", name);
        writer.Add("tokenizer.ggml.model", "gpt2");
        writer.Add("tokenizer.ggml.pre", "default");
        writer.AddArray("tokenizer.ggml.tokens", ["a", "b", .. special]);
        writer.AddArray<int>("tokenizer.ggml.token_type", [1, 1, .. special.Select(_ => 3)]);
        writer.AddArray("tokenizer.ggml.merges", Array.Empty<string>());
        if (template is not null) writer.Add("tokenizer.chat_template", template);
        var content = new MemoryStream();
        writer.Write(content);
        using var path = new TempFile(content.ToArray());
        using var file = GgufFile.Open(path.Path);
        return ChatTemplate.Of(file, Tokenizer.FromGguf(file), setting, out problem);
    }
}
