using System.Text.Json;

namespace CoderLsp.Tests.Commands;

public sealed class CompleteCommandTests : IDisposable
{
    const string Source = "class Counter\n{\n    int count;\n\n    public int Next()\n    {\n        return \n    }\n}\n";

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("coderlsp-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_suggestion_is_the_only_thing_on_stdout()
    {
        var run = await RunResult.OfAsync("complete", $"{Write("a.cs", Source)}:7:16");
        run.Status.ShouldBe(0);
        run.Out.ShouldEndWith("\n");
        run.Out.Trim().ShouldNotBeEmpty();
        run.Error.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_JSON_has_the_documented_shape()
    {
        var run = await RunResult.OfAsync("complete", $"{Write("a.cs", Source)}:7:16", "--json");
        run.Status.ShouldBe(0);
        var json = JsonDocument.Parse(run.Out).RootElement;
        json.EnumerateObject().Select(p => p.Name).ShouldBe(["text", "range", "stopReason", "tokens", "milliseconds", "cache", "model"]);
        json.GetProperty("text").GetString().ShouldNotBeNullOrEmpty();
        foreach (var edge in (string[])["start", "end"])
            Numbers(json.GetProperty("range").GetProperty(edge)).ShouldBe([("line", 6), ("character", 15)]);
        json.GetProperty("stopReason").GetString().ShouldBeOneOf("endOfText", "endOfLine", "endOfBlock", "suffix", "blankLines", "tokenLimit");
        var tokens = Numbers(json.GetProperty("tokens")).ToDictionary();
        tokens.Keys.ShouldBe(["prompt", "cached", "computed", "generated"]);
        tokens["prompt"].ShouldBe(tokens["cached"] + tokens["computed"]);
        tokens["prompt"].ShouldBeGreaterThan(20);
        tokens["generated"].ShouldBeGreaterThan(0);
        Numbers(json.GetProperty("cache")).Select(p => p.Item1).ShouldBe(["megabytes", "limitMegabytes", "evictedTokens"]);
        Numbers(json.GetProperty("milliseconds")).Select(p => p.Item1).ShouldBe(["load", "prompt", "generate"]);
        json.GetProperty("model").GetString().ShouldBe("seedling");
    }

    [Fact]
    public async Task Candidates_are_distinct_and_begin_with_the_one_that_comes_alone()
    {
        var cursor = $"{Write("a.cs", Source)}:7:16";
        var json = JsonDocument.Parse((await RunResult.OfAsync("complete", cursor, "--json", "--candidates", "3")).Out).RootElement;
        var alone = JsonDocument.Parse((await RunResult.OfAsync("complete", cursor, "--json")).Out).RootElement;
        json.GetProperty("text").GetString().ShouldBe(alone.GetProperty("text").GetString());
        string[] texts = [json.GetProperty("text").GetString()!, .. json.GetProperty("alternatives").EnumerateArray().Select(other => other.GetProperty("text").GetString()!)];
        texts.Length.ShouldBeInRange(2, 3);
        texts.Select(text => text.Trim()).ShouldBeUnique();
    }

    [Fact]
    public async Task The_same_cursor_gives_the_same_suggestion()
    {
        var cursor = $"{Write("a.cs", Source)}:7:16";
        (await RunResult.OfAsync("complete", cursor)).Out.ShouldBe((await RunResult.OfAsync("complete", cursor)).Out);
    }

    [Fact]
    public async Task Max_tokens_bounds_what_is_generated()
    {
        var run = await RunResult.OfAsync("complete", $"{Write("a.cs", Source)}:4:1", "--json", "--multiline", "always", "--max-tokens", "3");
        var tokens = JsonDocument.Parse(run.Out).RootElement.GetProperty("tokens");
        tokens.GetProperty("generated").GetInt32().ShouldBeInRange(1, 3);
    }

    [Fact]
    public async Task The_prompts_parts_add_up_and_leave_stdout_to_the_suggestion()
    {
        var cursor = $"{Write("a.cs", Source)}:7:16";
        var plain = await RunResult.OfAsync("complete", cursor);
        var explained = await RunResult.OfAsync("complete", cursor, "--explain-prompt");
        explained.Out.ShouldBe(plain.Out);
        explained.Error.ShouldContain("prefix");

        var json = JsonDocument.Parse((await RunResult.OfAsync("complete", cursor, "--explain-prompt", "--json")).Out).RootElement;
        var prompt = json.GetProperty("prompt");
        prompt.GetProperty("parts").EnumerateArray().Sum(part => part.GetProperty("tokens").GetInt32())
            .ShouldBe(prompt.GetProperty("tokens").GetInt32());
        json.GetProperty("tokens").GetProperty("prompt").GetInt32().ShouldBe(prompt.GetProperty("tokens").GetInt32());
    }

    [Fact]
    public async Task A_file_longer_than_the_context_is_completed_from_a_window()
    {
        var method = "    static int Add(int left, int right)\n    {\n        return left + right;\n    }\n\n";
        var text = "class Long\n{\n" + string.Concat(Enumerable.Repeat(method, 3000)) + "    static int Sub(int left, int right)\n    {\n        return \n    }\n}\n";
        var line = text[..text.LastIndexOf("return ", StringComparison.Ordinal)].Count(c => c == '\n') + 1;
        var run = await RunResult.OfAsync("complete", $"{Write("long.cs", text)}:{line}:16", "--json");
        run.Status.ShouldBe(0);
        var json = JsonDocument.Parse(run.Out).RootElement;
        json.GetProperty("tokens").GetProperty("prompt").GetInt32().ShouldBeInRange(200, 1024);
        json.GetProperty("text").GetString()!.ShouldContain("left");
    }

    [Fact]
    public async Task An_empty_file_is_no_error()
    {
        var run = await RunResult.OfAsync("complete", $"{Write("empty.cs", "")}:1:1", "--json");
        run.Status.ShouldBe(0);
        Numbers(JsonDocument.Parse(run.Out).RootElement.GetProperty("range").GetProperty("start")).ShouldBe([("line", 0), ("character", 0)]);
    }

    [Theory]
    [InlineData("a.cs:900:1", "Line 900 is beyond the end of {0}, which has 10 lines.")]
    [InlineData("a.cs:2147483647:1", "Line 2147483647 is beyond the end of {0}, which has 10 lines.")]
    [InlineData("a.cs:3:16", "Column 16 is beyond the end of line 3 of {0}, which has 14 characters: columns 1 to 15.")]
    [InlineData("none.cs:1:1", "There is no file")]
    [InlineData(".:1:1", "is a folder")]
    [InlineData("binary.bin:1:1", "is a binary file")]
    public async Task A_place_that_is_not_there_is_a_clear_error(string place, string message)
    {
        Write("a.cs", Source);
        Write("binary.bin", "a\0b");
        var run = await RunResult.OfAsync("complete", Path.Combine(_folder.FullName, place));
        run.Status.ShouldBe(1);
        run.Out.ShouldBeEmpty();
        run.Error.ShouldContain(string.Format(message, Path.Combine(_folder.FullName, place.Split(':')[0])));
        run.Error.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task The_last_line_and_the_end_of_a_line_are_places()
    {
        var path = Write("a.cs", Source);
        foreach (var place in (string[])["10:1", "3:15", "1:1"])
            (await RunResult.OfAsync("complete", $"{path}:{place}")).Status.ShouldBe(0, place);
    }

    [Theory]
    [InlineData("complete")]
    [InlineData("complete", "a.cs")]
    [InlineData("complete", "a.cs:1")]
    [InlineData("complete", "a.cs:1:1", "b.cs:1:1")]
    [InlineData("complete", "a.cs:1:1", "--max-tokens", "many")]
    [InlineData("complete", "a.cs:1:1", "--max-tokens", "0")]
    [InlineData("complete", "a.cs:1:1", "--multiline", "sometimes")]
    [InlineData("complete", "a.cs:1:1", "--jsno")]
    [InlineData("complet")]
    public async Task Wrong_usage_ends_with_status_2(params string[] args)
    {
        var path = Write("a.cs", Source);
        var run = await RunResult.OfAsync([.. args.Select(arg => arg.Replace("a.cs", path, StringComparison.Ordinal))]);
        run.Status.ShouldBe(2);
        run.Out.ShouldBeEmpty();
        run.Error.ShouldStartWith("coderlsp: ");
    }

    [Fact]
    public async Task An_unknown_model_is_a_clear_error()
    {
        var run = await RunResult.OfAsync("complete", $"{Write("a.cs", Source)}:1:1", "--model", "nothing-like-it");
        run.Status.ShouldBe(1);
        run.Error.ShouldContain("Known names: seedling");
    }

    [Fact]
    public async Task Settings_of_a_file_are_obeyed_and_unknown_ones_warned_of()
    {
        var config = Write("config.json", """{ "inline": { "maxTokens": 1, "maxToken": 2 } }""");
        var run = await RunResult.OfAsync("complete", $"{Write("a.cs", Source)}:4:1", "--multiline", "always", "--json", "--config", config);
        run.Status.ShouldBe(0);
        run.Error.ShouldContain("there is no setting 'inline.maxToken'. Did you mean 'inline.maxTokens'?");
        JsonDocument.Parse(run.Out).RootElement.GetProperty("tokens").GetProperty("generated").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task A_wrong_setting_in_the_file_is_a_failure_and_not_wrong_usage()
    {
        var config = Write("config.json", """{ "threads": "many" }""");
        var run = await RunResult.OfAsync("complete", $"{Write("a.cs", Source)}:1:1", "--config", config);
        run.Status.ShouldBe(1);
        run.Error.ShouldContain($"threads in {config} is the text \"many\"; it must be a whole number from 1 to 1024, or \"auto\".");
    }

    string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    static IEnumerable<(string, int)> Numbers(JsonElement element) =>
        element.EnumerateObject().Select(p => (p.Name, (int)p.Value.GetDouble()));
}
