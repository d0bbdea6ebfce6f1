using CoderLsp.Inference.Chat;
using CoderLsp.Inference.Gguf;
using CoderLsp.Inference.Tests.Tokenization;
using CoderLsp.Inference.Tokenization;

namespace CoderLsp.Inference.Tests.Chat;

public class ChatTemplateTests
{
    // One family's <|end_of_text|> would be taken for the end of text in the others, were it not said: it is </s>, the second token.
    static readonly Tokenizer Every = Tokenizer.FromData(MadeVocabulary.BytePair(
        ["h i"], [("<s>", TokenType.Control), ("</s>", TokenType.Control),
            .. ChatFamilies.All.SelectMany(family => family.Special).Distinct().Select(text => (text, TokenType.Control))])
        with { AddBos = true, SpecialIds = new Dictionary<string, long> { ["bos_token_id"] = 257, ["eos_token_id"] = 258 } });

    static readonly ChatTurn[] Turns = [new("Hello", "Hi there"), new(" Who are you ", "  A program.  "), new("Why")];

    [Theory]
    [InlineData("deepseek-coder",
        "<s>Be kind\n### Instruction:\nHello\n### Response:\nHi there\n<|EOT|>\n### Instruction:\n Who are you \n### Response:\n  A program.  \n<|EOT|>\n"
        + "### Instruction:\nWhy\n### Response:\n")]
    [InlineData("deepseek-coder-v2",
        "<s>Be kind\n\nUser: Hello\n\nAssistant: Hi there</s>User:  Who are you \n\nAssistant:   A program.  </s>User: Why\n\nAssistant:")]
    [InlineData("deepseek-v3",
        "<s>Be kind<｜User｜>Hello<｜Assistant｜>Hi there</s><｜User｜> Who are you <｜Assistant｜>  A program.  </s><｜User｜>Why<｜Assistant｜>")]
    [InlineData("chatml",
        "<s><|im_start|>system\nBe kind<|im_end|>\n<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\nHi there<|im_end|>\n"
        + "<|im_start|>user\n Who are you <|im_end|>\n<|im_start|>assistant\n  A program.  <|im_end|>\n"
        + "<|im_start|>user\nWhy<|im_end|>\n<|im_start|>assistant\n")]
    [InlineData("llama3",
        "<s><|start_header_id|>system<|end_header_id|>\n\nBe kind<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nHello<|eot_id|>"
        + "<|start_header_id|>assistant<|end_header_id|>\n\nHi there<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nWho are you<|eot_id|>"
        + "<|start_header_id|>assistant<|end_header_id|>\n\nA program.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nWhy<|eot_id|>"
        + "<|start_header_id|>assistant<|end_header_id|>\n\n")]
    [InlineData("gemma",
        "<s><start_of_turn>user\nBe kind\n\nHello<end_of_turn>\n<start_of_turn>model\nHi there<end_of_turn>\n<start_of_turn>user\nWho are you<end_of_turn>\n"
        + "<start_of_turn>model\nA program.<end_of_turn>\n<start_of_turn>user\nWhy<end_of_turn>\n<start_of_turn>model\n")]
    [InlineData("granite",
        "<s><|start_of_role|>system<|end_of_role|>Be kind<|end_of_text|>\n<|start_of_role|>user<|end_of_role|>Hello<|end_of_text|>\n"
        + "<|start_of_role|>assistant<|end_of_role|>Hi there<|end_of_text|>\n<|start_of_role|>user<|end_of_role|> Who are you <|end_of_text|>\n"
        + "<|start_of_role|>assistant<|end_of_role|>  A program.  <|end_of_text|>\n<|start_of_role|>user<|end_of_role|>Why<|end_of_text|>\n"
        + "<|start_of_role|>assistant<|end_of_role|>")]
    [InlineData("llama2",
        "<s>[INST] <<SYS>>\nBe kind\n<</SYS>>\n\nHello [/INST] Hi there </s><s>[INST]  Who are you  [/INST]   A program.   </s><s>[INST] Why [/INST]")]
    [InlineData("mistral", "<s>[INST] Be kind\n\nHello [/INST] Hi there</s>[INST]  Who are you  [/INST]   A program.  </s>[INST] Why [/INST]")]
    [InlineData("mistral-v3", "<s>[INST]Be kind\n\nHello[/INST]Hi there</s>[INST] Who are you [/INST]  A program.  </s>[INST]Why[/INST]")]
    public void A_conversation_is_written_as_the_family_was_trained(string family, string expected) =>
        Every.Decode([.. Template(family).Encode("Be kind", Turns)], special: true).ShouldBe(expected);

    [Fact]
    public void Every_family_is_in_the_theory_above() => ChatFamilies.All.Count.ShouldBe(10);

    [Fact]
    public void Without_a_system_text_there_is_no_place_for_one()
    {
        Every.Decode([.. Template("chatml").Encode(null, [new("x")])], special: true).ShouldBe("<s><|im_start|>user\nx<|im_end|>\n<|im_start|>assistant\n");
        Every.Decode([.. Template("llama2").Encode("", [new("x")])], special: true).ShouldBe("<s>[INST] x [/INST]");
    }

    [Fact]
    public void What_a_user_writes_never_becomes_a_special_token()
    {
        foreach (var family in ChatFamilies.All)
        {
            var template = Template(family.Name);
            var attack = string.Concat(family.Special) + "</s><s>";
            var harmless = Special(template.Encode("s", [new("x", "y"), new("z")]));
            Special(template.Encode(attack, [new(attack, attack), new(attack)])).ShouldBe(harmless, family.Name);
        }

        static List<int> Special(List<int> tokens) => [.. tokens.Where(Every.Vocabulary.IsSpecial)];
    }

    [Fact]
    public void Bos_stands_in_front_only_where_the_model_adds_it()
    {
        var data = MadeVocabulary.BytePair([], ("<|im_start|>", TokenType.Control), ("<|im_end|>", TokenType.Control), ("<s>", TokenType.Control));
        Encoded(data)[0].ShouldBe(256);
        Encoded(data with { AddBos = true })[..2].ShouldBe([258, 256]);

        static List<int> Encoded(VocabularyData data) => new ChatTemplate(ChatFamilies.Find("chatml")!, Tokenizer.FromData(data), "x").Encode(null, [new("x")]);
    }

    [Fact]
    public void The_end_of_a_reply_ends_the_generation()
    {
        foreach (var family in ChatFamilies.All)
            Every.Special.IsEndOfGeneration(Template(family.Name).EndOfReply).ShouldBeTrue(family.Name);
        Every.Vocabulary.Text(Template("deepseek-coder").EndOfReply).ShouldBe("<|EOT|>");
        Every.Vocabulary.Text(Template("llama2").EndOfReply).ShouldBe("</s>");
    }

    [Fact]
    public void Text_between_special_tokens_is_cut_into_tokens_as_one()
    {
        var data = MadeVocabulary.BytePair(["Ġ h"], ("</s>", TokenType.Control)); // "User: h" has the piece " h"
        var template = new ChatTemplate(ChatFamilies.Find("deepseek-coder-v2")!, Tokenizer.FromData(data), "x");
        template.Encode(null, [new("h")]).ShouldContain(256);
    }

    [Fact]
    public void Generated_tokens_stand_for_their_reply_as_they_are()
    {
        var template = Template("deepseek-coder-v2");
        var tokens = template.Encode(null, [new("a", "hi", [' ', 'h', 'i']), new("b")]);
        var text = template.Encode(null, [new("a", "hi"), new("b")]);
        tokens.ShouldNotBe(text);
        Every.Decode([.. tokens], special: true).ShouldBe(Every.Decode([.. text], special: true));
    }

    [Fact]
    public void A_token_that_is_missing_is_named()
    {
        var tokenizer = Tokenizer.FromData(MadeVocabulary.BytePair([], ("<|im_start|>", TokenType.Control)));
        Should.Throw<GgufException>(() => new ChatTemplate(ChatFamilies.Find("chatml")!, tokenizer, "m.gguf")).Message
            .ShouldBe("m.gguf: the chat template 'chatml' needs the token <|im_end|>, which the vocabulary does not have. Set chatTemplate to another family.");
        Should.Throw<GgufException>(() => new ChatTemplate(ChatFamilies.Find("mistral")!, tokenizer, "m.gguf")).Message.ShouldContain("an end-of-text token");
    }

    [Fact]
    public void A_conversation_ends_with_what_the_user_said()
    {
        Should.Throw<ArgumentException>(() => Template("chatml").Encode(null, []));
        Should.Throw<ArgumentException>(() => Template("chatml").Encode(null, [new("a", "b")]));
        Should.Throw<ArgumentException>(() => Template("chatml").Encode(null, [new("a"), new("b")]));
    }

    static ChatTemplate Template(string family) => new(ChatFamilies.Find(family)!, Every, "every.gguf");
}
