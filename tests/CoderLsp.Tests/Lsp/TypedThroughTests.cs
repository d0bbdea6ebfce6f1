using System.Text.Json;
using CoderLsp.Lsp.Inline;
using CoderLsp.TestSupport;
using static CoderLsp.Tests.Lsp.ServerUnderTest;

namespace CoderLsp.Tests.Lsp;

/// <summary>Answers from memory, and from what is still being computed.</summary>
public class TypedThroughTests
{
    const string Text = "def add(a, b):\n    return \n";

    static async Task<JsonElement> StateAsync(ServerUnderTest server) => (await server.Client.CallAsync("coderlsp/state")).GetProperty("result");

    static async Task<(int Computed, int FromMemory, int Cancelled)> CountsAsync(ServerUnderTest server)
    {
        var counts = (await StateAsync(server)).GetProperty("suggestions");
        return (counts.GetProperty("computed").GetInt32(), counts.GetProperty("fromMemory").GetInt32(), counts.GetProperty("cancelled").GetInt32());
    }

    /// <summary>Types at the end of the second line, of which <paramref name="before"/> stands there already.</summary>
    static Task TypeAsync(ServerUnderTest server, int version, string before, string typed) =>
        server.ChangeAsync(version, Edit(1, 11 + before.Length, 11 + before.Length, typed));

    [Fact]
    public async Task What_is_typed_as_suggested_is_answered_from_memory_and_what_departs_is_computed()
    {
        var model = new ScriptedModel((prompt, _) => Task.FromResult(prompt.EndsWith('x') ? ".y" : "a + b"));
        await using var server = await InitializedAsync(model);
        await server.OpenAsync(Text);
        (await server.SuggestAsync(1, 11)).ShouldBe(["a + b"]);
        await TypeAsync(server, 2, "", "a");
        (await server.SuggestAsync(1, 12)).ShouldBe([" + b"]);
        await TypeAsync(server, 3, "a", " +");
        (await server.SuggestAsync(1, 14)).ShouldBe([" b"]);
        model.Calls.ShouldBe(1);
        await TypeAsync(server, 4, "a +", "x");
        (await server.SuggestAsync(1, 15)).ShouldBe([".y"]);
        await server.ChangeAsync(5, Edit(1, 14, 15, ""));
        (await server.SuggestAsync(1, 14)).ShouldBe([" b"]);
        model.Calls.ShouldBe(2);
        (await CountsAsync(server)).ShouldBe((2, 3, 0));
    }

    [Fact]
    public async Task Memory_needs_no_model()
    {
        var time = new ManualTime();
        await using var server = new ServerUnderTest(() => new ScriptedModel((_, _) => Task.FromResult("a + b")), time: time);
        await server.InitializeAsync(new { capabilities = new { }, initializationOptions = new { idleUnloadMinutes = 5 } });
        await server.OpenAsync(Text);
        await server.SuggestAsync(1, 11);
        time.Advance(TimeSpan.FromMinutes(5));
        await TypeAsync(server, 2, "", "a");
        (await server.SuggestAsync(1, 12)).ShouldBe([" + b"]);
        (await StateAsync(server)).GetProperty("state").GetString().ShouldBe("unloaded");
    }

    [Fact]
    public async Task A_computation_goes_on_for_the_newer_request_that_agrees_with_it()
    {
        var (begun, answer) = (new TaskCompletionSource(), new TaskCompletionSource<string>());
        var model = new ScriptedModel((_, cancellation) =>
        {
            begun.TrySetResult();
            return answer.Task.WaitAsync(cancellation);
        });
        await using var server = new ServerUnderTest(() => model, time: new ManualTime());
        await server.InitializeAsync();
        await server.OpenAsync(Text);
        var first = await server.Client.StartAsync("textDocument/inlineCompletion", Inline(1, 11));
        await begun.Task;
        await server.Client.NotifyAsync("$/cancelRequest", new { id = first });
        await TypeAsync(server, 2, "", "a");
        var second = await server.Client.StartAsync("textDocument/inlineCompletion", Inline(1, 12));
        await server.Client.ReplyAsync(first);
        answer.SetResult("a + b");
        TextsOf(await server.Client.ReplyAsync(second)).ShouldBe([" + b"]);
        model.Calls.ShouldBe(1);
        (await CountsAsync(server)).ShouldBe((1, 1, 0));
    }

    [Fact]
    public async Task What_was_waited_for_in_vain_is_computed_anew()
    {
        var (begun, answer) = (new TaskCompletionSource(), new TaskCompletionSource<string>());
        await using var server = await InitializedAsync(new ScriptedModel((prompt, cancellation) =>
        {
            if (prompt.EndsWith('z')) return Task.FromResult(".y");
            begun.TrySetResult();
            return answer.Task.WaitAsync(cancellation);
        }));
        await server.OpenAsync(Text);
        var first = await server.Client.StartAsync("textDocument/inlineCompletion", Inline(1, 11));
        await begun.Task;
        await TypeAsync(server, 2, "", "z");
        var second = await server.Client.StartAsync("textDocument/inlineCompletion", Inline(1, 12));
        TextsOf(await server.Client.ReplyAsync(first)).ShouldBeEmpty();
        answer.SetResult("a + b");
        TextsOf(await server.Client.ReplyAsync(second)).ShouldBe([".y"]);
    }

    [Fact]
    public async Task A_computation_ends_when_the_text_has_become_another_one_or_nobody_wants_it_for_a_while()
    {
        var time = new ManualTime();
        using var begun = new SemaphoreSlim(0);
        using var ended = new SemaphoreSlim(0);
        await using var server = new ServerUnderTest(() => new ScriptedModel(async (_, cancellation) =>
        {
            cancellation.Register(() => ended.Release());
            begun.Release();
            await Task.Delay(Timeout.Infinite, cancellation);
            return "";
        }), time: time);
        await server.InitializeAsync();
        await server.OpenAsync(Text);
        await server.Client.StartAsync("textDocument/inlineCompletion", Inline(1, 11));
        await begun.WaitAsync(TestContext.Current.CancellationToken);
        await server.ChangeAsync(2, Edit(0, 0, 0, "#"));
        await ended.WaitAsync(TestContext.Current.CancellationToken);

        // Who leaves without a key does not come back.
        await CancelAsync(await server.Client.StartAsync("textDocument/inlineCompletion", Inline(1, 11)));
        time.Advance(SuggestionRuns.Grace);
        await ended.WaitAsync(TestContext.Current.CancellationToken);

        // Who types along asks again soon.
        var id = await server.Client.StartAsync("textDocument/inlineCompletion", Inline(1, 11));
        await server.ChangeAsync(3, Edit(1, 11, 11, "a"));
        await CancelAsync(id);
        time.Advance(SuggestionRuns.Patience - TimeSpan.FromMilliseconds(1));
        ended.CurrentCount.ShouldBe(0);
        time.Advance(TimeSpan.FromMilliseconds(1));
        await ended.WaitAsync(TestContext.Current.CancellationToken);
        // It is counted a moment after its token has told it.
        for (var i = 0; i < 1000 && (await CountsAsync(server)).Cancelled < 3; i++) await Task.Yield();
        (await CountsAsync(server)).Cancelled.ShouldBe(3);

        async Task CancelAsync(int request)
        {
            await begun.WaitAsync(TestContext.Current.CancellationToken);
            await server.Client.NotifyAsync("$/cancelRequest", new { id = request });
            await server.Client.ReplyAsync(request);
        }
    }

    [Fact]
    public async Task When_several_lines_were_taken_several_may_follow()
    {
        await using var server = await InitializedAsync(new ScriptedModel((prompt, _) => Task.FromResult(
            prompt.EndsWith("d = b") ? "\n    e = c\n    f = d" : "c = a\n    d = b")));
        await server.OpenAsync("def add(a, b):\n    \n");
        (await server.SuggestAsync(1, 4)).ShouldBe(["c = a\n    d = b"]);
        await server.ChangeAsync(2, Edit(1, 4, 4, "c = a\n    d = b"));
        (await server.SuggestAsync(2, 9)).ShouldBe(["\n    e = c\n    f = d"]);

        // The same text of whoever wrote it himself ends with its line.
        await server.ChangeAsync(3, Edit(2, 9, 9, " "));
        await server.ChangeAsync(4, Edit(2, 9, 10, ""));
        await server.ChangeAsync(5, Edit(0, 0, 0, "#"));
        (await server.SuggestAsync(2, 9)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Other_settings_forget_what_was_suggested()
    {
        var model = new ScriptedModel((_, _) => Task.FromResult("a + b"));
        await using var server = await InitializedAsync(model);
        await server.OpenAsync(Text);
        await server.SuggestAsync(1, 11);
        await server.Client.NotifyAsync("workspace/didChangeConfiguration", new { settings = new { coderlsp = new { inline = new { maxTokens = 7 } } } });
        await server.SuggestAsync(1, 11);
        model.Calls.ShouldBe(2);
    }
}
