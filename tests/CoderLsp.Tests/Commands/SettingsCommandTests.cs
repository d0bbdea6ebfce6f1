using System.Text.Json;
using CoderLsp.Configuration;

namespace CoderLsp.Tests.Commands;

public sealed class SettingsCommandTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("coderlsp-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_table_says_what_is_in_force_and_where_it_comes_from()
    {
        var config = Config("""{ "model": "mine", "inline": { "languages": { "markdown": false } } }""");
        var run = await RunResult.OfAsync("settings", "--config", config, "--log-level", "warning");
        run.Status.ShouldBe(0);
        run.Error.ShouldBeEmpty();
        var rows = run.Out.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(row => row.Length > 0).ToList();
        rows.ShouldContain(row => row.SequenceEqual(new[] { "model", "\"mine\"", config }));
        rows.ShouldContain(row => row.SequenceEqual(new[] { "inline.languages.markdown", "false", config }));
        rows.ShouldContain(row => row.SequenceEqual(new[] { "logLevel", "\"warning\"", "--log-level" }));
        rows.ShouldContain(row => row.SequenceEqual(new[] { "chatModel", "null", "default" }));
        rows.ShouldContain(row => row.SequenceEqual(new[] { "chat.temperature", "0.2", "default" }));
    }

    [Fact]
    public async Task The_JSON_has_every_setting()
    {
        var run = await RunResult.OfAsync("settings", "--config", Config("""{ "threads": 1 }"""), "--json");
        var settings = JsonDocument.Parse(run.Out).RootElement.GetProperty("settings").EnumerateArray().ToList();
        settings.Select(setting => setting.GetProperty("name").GetString()).ShouldBe(SettingTable.All.Select(setting => setting.Name));
        settings.Single(setting => setting.GetProperty("name").GetString() == "chatModel").GetProperty("value").ValueKind.ShouldBe(JsonValueKind.Null);
        var threads = settings.Single(setting => setting.GetProperty("name").GetString() == "threads");
        threads.GetProperty("value").GetInt32().ShouldBe(1);
        threads.GetProperty("source").GetString().ShouldBe("file");
    }

    [Fact]
    public async Task Wrong_values_are_named_and_the_others_shown()
    {
        var run = await RunResult.OfAsync("settings", "--config", Config("""{ "threads": 0, "inline": { "maxTokens": "x" }, "modle": "m", "model": "mine" }"""));
        run.Status.ShouldBe(1);
        run.Out.ShouldContain("\"mine\"");
        run.Error.ShouldContain("threads in ");
        run.Error.ShouldContain("it must be a whole number from 1 to 1024, or \"auto\".");
        run.Error.ShouldContain("inline.maxTokens in ");
        run.Error.ShouldContain("there is no setting 'modle'. Did you mean 'model'?");
    }

    [Fact]
    public async Task A_wrong_option_is_wrong_usage() => (await RunResult.OfAsync("settings", "--threads", "none")).Status.ShouldBe(2);

    [Fact]
    public async Task The_schema_is_printed_whatever_the_configuration_is()
    {
        var run = await RunResult.OfAsync("settings", "--schema", "--config", Config("no JSON"));
        run.Status.ShouldBe(0);
        run.Out.ShouldBe(SettingsSchema.Text + "\n");
    }

    string Config(string text)
    {
        var path = Path.Combine(_folder.FullName, "config.json");
        File.WriteAllText(path, text);
        return path;
    }
}
