using System.Text.Json;
using CoderLsp.TestSupport;

namespace CoderLsp.Tests.Commands;

public sealed class DoctorCommandTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("coderlsp-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task An_installation_as_it_comes_has_no_error()
    {
        var (status, checks) = await ExamineAsync("{}");
        checks.Select(check => check.Name).ShouldBe(
            [
                "version", "kernels", "threads", "memory", "configuration", "environment", "model folder", "cache folder", "answers folder", "state folder",
                "completion model", "suggestion", "speed", "chat model",
            ]);
        // Whether the machine that runs this test lets anybody write to the home folder is its own business.
        checks.Where(check => !check.Name.EndsWith(" folder", StringComparison.Ordinal)).ShouldAllBe(check => check.Status != "error");
        status.ShouldBe(checks.Any(check => check.Status == "error") ? 1 : 0);

        checks.Single(check => check.Name == "completion model").Text.ShouldBe("seedling: llama, Q8_0, 6 MB, window of 1024 tokens, completes left to right.");
        checks.Single(check => check.Name == "suggestion").Text.ShouldMatch("goes on with \"a.*\", after \\d+ ms");
        checks.Single(check => check.Name == "speed").Text.ShouldMatch(@"^([\d.]+|hardly any) tokens/s of a prompt, ([\d.]+|hardly any) generated");
        checks.Single(check => check.Name == "chat model").Remedy.ShouldNotBeNull().ShouldContain("set chatModel to its name");
    }

    [Fact]
    public async Task What_is_not_fine_has_a_remedy_and_what_is_has_none()
    {
        var (_, checks) = await ExamineAsync("""{ "threads": 1024, "modle": "x" }""");
        checks.ShouldAllBe(check => (check.Status == "ok") == (check.Remedy == null));
        checks.Single(check => check.Name == "threads").Status.ShouldBe("warning");
    }

    [Fact]
    public async Task A_broken_configuration_file_is_an_error_and_the_other_checks_go_on()
    {
        var (status, checks) = await ExamineAsync("{ \"model\": oops }");
        status.ShouldBe(1);
        checks.Single(check => check.Name == "configuration").Status.ShouldBe("error");
        checks.Single(check => check.Name == "configuration").Text.ShouldContain("is not valid JSON at line 1");
        checks.Single(check => check.Name == "suggestion").Status.ShouldBe("ok");
    }

    [Fact]
    public async Task Wrong_values_and_unknown_names_are_findings()
    {
        var (status, checks) = await ExamineAsync("""{ "inline": { "maxTokens": 0, "multilin": "auto" } }""");
        status.ShouldBe(1);
        var configuration = checks.Where(check => check.Name == "configuration").ToList();
        configuration.Single(check => check.Status == "error").Text.ShouldContain("it must be a whole number from 1 to 1024.");
        configuration.Single(check => check.Status == "warning").Text.ShouldContain("Did you mean 'inline.multiline'?");
    }

    [Fact]
    public async Task A_file_that_is_no_model_is_an_error_and_the_other_checks_go_on()
    {
        var (status, checks) = await ExamineAsync("{}", "--model", TestData.InRepository("LICENSE"));
        status.ShouldBe(1);
        var model = checks.Single(check => check.Name == "completion model");
        (model.Status, model.Remedy).ShouldBe(("error", "Set model to another one, or to \"seedling\", the built-in one."));
        model.Text.ShouldContain("LICENSE");
        checks.ShouldContain(check => check.Name == "chat model");
        checks.ShouldNotContain(check => check.Name == "speed");
    }

    [Fact]
    public async Task A_chat_model_that_cannot_chat_is_an_error()
    {
        var (status, checks) = await ExamineAsync("{}", "--chat-model", "seedling");
        status.ShouldBe(1);
        checks.Single(check => check.Name == "chat model").Text.ShouldContain("has no chat template");
    }

    [Fact]
    public async Task A_chat_model_answers()
    {
        var (_, checks) = await ExamineAsync("""{ "chatTemplate": "mistral" }""", "--chat-model", "seedling");
        checks.Single(check => check.Name == "chat model").Text.ShouldBe("seedling: llama, Q8_0, 6 MB, window of 1024 tokens, conversations as Mistral writes them.");
        checks.Single(check => check.Name == "answer").Status.ShouldBeOneOf("ok", "warning");
    }

    [Fact]
    public async Task The_table_has_words_and_no_colour()
    {
        var run = await RunResult.OfAsync("doctor", "--config", Config("""{ "threads": 1024 }"""));
        run.Error.ShouldBeEmpty();
        run.Out.ShouldMatch("(?m)^ok +version +coderlsp ");
        run.Out.ShouldMatch("(?m)^warning +threads +There are 1024 compute threads");
        run.Out.ShouldMatch("(?m)^ +-> Set threads to ");
        run.Out.ShouldAllBe(c => char.IsAscii(c));
        run.Out.ShouldNotContain("\u001B");
    }

    [Fact]
    public async Task A_wrong_option_is_wrong_usage() => (await RunResult.OfAsync("doctor", "--threads", "none")).Status.ShouldBe(2);

    sealed record Check(string Name, string Status, string Text, string? Remedy);

    async Task<(int Status, List<Check> Checks)> ExamineAsync(string config, params string[] options)
    {
        var run = await RunResult.OfAsync(["doctor", "--json", "--config", Config(config), .. options]);
        run.Error.ShouldBeEmpty();
        var report = JsonDocument.Parse(run.Out).RootElement;
        var checks = report.GetProperty("checks").EnumerateArray().Select(check => new Check(
            check.GetProperty("check").GetString()!, check.GetProperty("status").GetString()!, check.GetProperty("text").GetString()!,
            check.TryGetProperty("remedy", out var remedy) ? remedy.GetString() : null)).ToList();
        report.GetProperty("status").GetString()
            .ShouldBe(((string[])["error", "warning", "ok"]).First(level => checks.Any(check => check.Status == level)));
        return (run.Status, checks);
    }

    string Config(string text)
    {
        var path = Path.Combine(_folder.FullName, "config.json");
        File.WriteAllText(path, text);
        return path;
    }
}
