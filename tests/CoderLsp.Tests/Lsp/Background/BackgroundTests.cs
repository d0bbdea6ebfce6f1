using CoderLsp.Lsp.Background;
using CoderLsp.TestSupport;
using static CoderLsp.Tests.Lsp.ServerUnderTest;

namespace CoderLsp.Tests.Lsp.Background;

/// <summary>What is computed while nobody waits.</summary>
public sealed class BackgroundTests : IDisposable
{
    const string Text = "def add(a, b):\n    return \n";

    readonly ManualTime _time = new();
    readonly SemaphoreSlim _prefilled = new(0);
    readonly List<string> _prompts = [];

    public void Dispose() => _prefilled.Dispose();

    ScriptedModel Model(Func<string, string> answer) => new((prompt, _) => Task.FromResult(answer(prompt)))
    {
        Prefill = (prompt, _) =>
        {
            _prompts.Add(prompt);
            _prefilled.Release();
            return Task.CompletedTask;
        },
    };

    async Task<ServerUnderTest> StartAsync(ScriptedModel model, bool enabled = true)
    {
        var server = new ServerUnderTest(() => model, time: _time);
        await server.InitializeAsync(new { capabilities = new { }, initializationOptions = new { background = new { enabled } } });
        while ((await StateAsync(server)).GetProperty("state").GetString() != "ready") await Task.Yield();
        return server;
    }

    static async Task<System.Text.Json.JsonElement> StateAsync(ServerUnderTest server) => (await server.Client.CallAsync("coderlsp/state")).GetProperty("result");

    /// <summary>All that was sent has been handled, and then nothing comes for a moment.</summary>
    async Task IdleAsync(ServerUnderTest server)
    {
        await StateAsync(server);
        _time.Advance(BackgroundWork.Idle);
    }

    async Task PrefilledAsync() => (await _prefilled.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken)).ShouldBeTrue();

    [Fact]
    public async Task A_document_that_was_opened_is_computed_when_nothing_comes_for_a_moment()
    {
        await using var server = await StartAsync(Model(_ => ""));
        await server.OpenAsync(Text);
        await StateAsync(server);
        _prompts.ShouldBeEmpty();
        await IdleAsync(server);
        await PrefilledAsync();
        _prompts[^1].ShouldBe(Text);
    }

    [Fact]
    public async Task The_prompt_is_computed_where_the_user_is()
    {
        await using var server = await StartAsync(Model(_ => ""));
        await server.OpenAsync(Text);
        await server.SuggestAsync(1, 11);
        await server.ChangeAsync(2, Edit(1, 11, 11, "a + "));
        await IdleAsync(server);
        await PrefilledAsync();
        _prompts[^1].ShouldBe("def add(a, b):\n    return a +");
    }

    [Fact]
    public async Task A_jump_is_seen_by_what_the_editor_asks_about_actions()
    {
        await using var server = await StartAsync(Model(_ => ""));
        await server.OpenAsync("a = 1\nb = 2\nc = 3\n");
        await server.SuggestAsync(2, 5);
        await server.Client.CallAsync("textDocument/codeAction",
            new { textDocument = new { uri = DocumentUri }, range = ServerUnderTest.At(1, 4, 4), context = new { diagnostics = Array.Empty<object>() } });
        await IdleAsync(server);
        await PrefilledAsync();
        _prompts[^1].ShouldBe("a = 1\nb =");
    }

    [Fact]
    public async Task What_comes_to_the_front_is_computed_where_the_client_says_that_its_cursor_is()
    {
        await using var server = await StartAsync(Model(_ => ""));
        await server.OpenAsync("a = 1\nb = 2\nc = 3\n");
        var textDocument = new { uri = DocumentUri };
        await server.Client.NotifyAsync("textDocument/didFocus", new { textDocument, position = new { line = 1, character = 4 } });
        await IdleAsync(server);
        await PrefilledAsync();
        _prompts[^1].ShouldBe("a = 1\nb =");

        // Nowhere: it is still known where the user was.
        await server.Client.NotifyAsync("textDocument/didFocus", new { textDocument, position = new { line = 9, character = 0 } });
        await server.Client.NotifyAsync("textDocument/didFocus", new { textDocument });
        await server.ChangeAsync(2, Edit(1, 4, 4, "a + "));
        await IdleAsync(server);
        await PrefilledAsync();
        _prompts[^1].ShouldBe("a = 1\nb = a +");
    }

    [Fact]
    public async Task A_long_prompt_is_computed_in_steps()
    {
        await using var server = await StartAsync(Model(_ => ""));
        var text = string.Concat(Enumerable.Repeat("x = 1\n", 50));
        await server.OpenAsync(text);
        await IdleAsync(server);
        for (var step = 0; step < 10; step++) await PrefilledAsync();
        _prompts.ShouldBe([.. Enumerable.Range(1, 9).Select(step => text[..(32 * step)]), text]);
    }

    [Fact]
    public async Task What_follows_an_accepted_suggestion_is_known_before_it_is_asked_for()
    {
        var model = Model(prompt => prompt.EndsWith("return ") ? "a + b" : prompt.EndsWith("\n    ") ? "c = 1" : "");
        await using var server = await StartAsync(model);
        await server.OpenAsync(Text);
        (await server.SuggestAsync(1, 11)).ShouldBe(["a + b"]);
        await IdleAsync(server);
        await PrefilledAsync(); // comes after it
        var calls = model.Calls;
        await server.ChangeAsync(2, Edit(1, 11, 11, "a + b"));
        (await server.SuggestAsync(1, 16)).ShouldBeEmpty();
        await server.ChangeAsync(3, Edit(1, 16, 16, "\n    "));
        (await server.SuggestAsync(2, 4)).ShouldBe(["c = 1"]);
        model.Calls.ShouldBe(calls);
        (await StateAsync(server)).GetProperty("suggestions").GetProperty("ahead").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task On_a_battery_and_where_it_is_switched_off_nothing_is_computed_ahead()
    {
        var model = Model(_ => "");
        await using var server = await StartAsync(model);
        using var looked = new SemaphoreSlim(0);
        server.Battery = () =>
        {
            looked.Release();
            return true;
        };
        await server.OpenAsync(Text);
        await IdleAsync(server);
        (await looked.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken)).ShouldBeTrue();

        server.Battery = () => false;
        await server.Client.NotifyAsync("workspace/didChangeConfiguration", new { settings = new { coderlsp = new { background = new { enabled = false } } } });
        await IdleAsync(server);
        await server.Client.NotifyAsync("workspace/didChangeConfiguration", new { settings = new { coderlsp = new { background = new { enabled = true } } } });
        await IdleAsync(server);
        await PrefilledAsync();
        _prompts.ShouldBe([Text]); // once
    }

    [Fact]
    public async Task Work_ahead_gives_way_to_a_request()
    {
        var (begun, ended) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var server = await StartAsync(new ScriptedModel((_, _) => Task.FromResult("a + b"))
        {
            Prefill = async (_, cancellation) =>
            {
                begun.TrySetResult();
                try
                {
                    await Task.Delay(Timeout.Infinite, cancellation);
                }
                finally
                {
                    ended.TrySetResult();
                }
            },
        });
        await server.OpenAsync(Text);
        await IdleAsync(server);
        await begun.Task;
        (await server.SuggestAsync(1, 11)).ShouldBe(["a + b"]);
        await ended.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Its_processor_time_is_bounded()
    {
        var begun = new List<DateTimeOffset>();
        await using var server = await StartAsync(new ScriptedModel((_, _) => Task.FromResult(""))
        {
            Prefill = (_, _) =>
            {
                begun.Add(_time.GetUtcNow());
                _time.Advance(TimeSpan.FromSeconds(4.5)); // of the five that it may have in ten
                _prefilled.Release();
                return Task.CompletedTask;
            },
        });
        await server.OpenAsync(string.Concat(Enumerable.Repeat("x = 1\n", 50)));
        await IdleAsync(server);
        await PrefilledAsync();
        while (!await _prefilled.WaitAsync(0, TestContext.Current.CancellationToken))
        {
            await Task.Yield();
            _time.Advance(TimeSpan.FromSeconds(0.1));
        }
        (begun[1] - begun[0]).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(4.5) + CpuBudget.Window);
    }
}
