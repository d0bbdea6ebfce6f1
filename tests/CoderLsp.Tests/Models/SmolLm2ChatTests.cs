using CoderLsp.Configuration;
using CoderLsp.Models;
using CoderLsp.Models.Chat;
using CoderLsp.Models.Loading;
using CoderLsp.TestSupport;
using Microsoft.Extensions.AI;

namespace CoderLsp.Tests.Models;

/// <summary>A conversation with somebody else's real model (ChatML).</summary>
[Trait("Needs", "Shared")]
public class SmolLm2ChatTests
{
    [Fact]
    public async Task A_conversation_goes_on_from_what_is_in_the_cache()
    {
        var file = new ModelFile("smollm2", TestData.Shared("models", "smollm2-135m-instruct", "SmolLM2-135M-Instruct.Q4_1.gguf"));
        var settings = new CoderLspSettings { Chat = new() { Temperature = 0, MaxTokens = 48 } };
        var engine = LocalEngine.Open(file, settings, [], _ => { });
        using var model = LocalChatModel.Load(file, settings, _ => { }, engine);
        var percents = new List<int>();
        engine.ReadWeights(percents.Add, TestContext.Current.CancellationToken);
        percents.ShouldBe(percents.Order());
        percents.Count.ShouldBeGreaterThan(50);
        percents[^1].ShouldBe(100);

        var code = await File.ReadAllTextAsync(TestData.Shared("models", "smollm2-135m-instruct", "golden.json"), TestContext.Current.CancellationToken);
        var golden = System.Text.Json.JsonDocument.Parse(code).RootElement.EnumerateArray()
            .Single(item => item.GetProperty("name").GetString() == "chat-explain");
        var question = golden.GetProperty("prompt").GetString()!.Split("<|im_start|>user\n")[1].Split("<|im_end|>")[0];
        List<ChatMessage> messages = [new(ChatRole.System, "You explain code."), new(ChatRole.User, question)];
        var first = await model.Client.GetResponseAsync(messages, cancellationToken: TestContext.Current.CancellationToken);
        // The beginning is what another engine says; later on rounding may choose another of two equally good words.
        first.Text.ShouldStartWith(golden.GetProperty("text").GetString()![..40]);

        messages.AddRange([.. first.Messages, new(ChatRole.User, "In one sentence, what is a list?")]);
        // It ends by itself, and its end token is not shown.
        var second = await model.Client.GetResponseAsync(messages, new() { MaxOutputTokens = 500 }, cancellationToken: TestContext.Current.CancellationToken);
        second.Usage!.CachedInputTokenCount!.Value.ShouldBeGreaterThanOrEqualTo(first.Usage!.InputTokenCount!.Value + first.Usage.OutputTokenCount!.Value - 2);
        second.FinishReason.ShouldBe(ChatFinishReason.Stop, second.Text);
        second.Text.ShouldNotContain("<|im_end|>");
    }
}
