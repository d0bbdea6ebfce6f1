using System.Text.Json;
using CoderLsp.TestSupport;

namespace CoderLsp.EndToEnd.Tests;

/// <summary>The files for editors that are not at hand: what can be said of them without.</summary>
public class EditorConfigurationTests
{
    [Theory]
    [InlineData("zed/settings.json", "lsp/pylsp", "initialization_options")]
    [InlineData("sublime/LSP.sublime-settings", "clients/coderlsp", "initializationOptions")]
    [InlineData("kate/settings.json", "servers/coderlsp", "initializationOptions")]
    public async Task The_file_is_valid_and_starts_the_server_with_settings_that_it_takes(string file, string place, string options)
    {
        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(
            TestData.InRepository(["editors", .. file.Split('/')]), TestContext.Current.CancellationToken));
        var server = place.Split('/').Aggregate(json.RootElement, (element, name) => element.GetProperty(name));
        string?[] command = server.TryGetProperty("binary", out var binary)
            ? [binary.GetProperty("path").GetString(), .. Strings(binary.GetProperty("arguments"))]
            : Strings(server.GetProperty("command"));
        command.ShouldBe(["coderlsp", "--stdio"]);

        await using var started = new ServerProcess([.. command.Skip(1)!]);
        await started.Client.CallAsync("initialize",
            new { processId = Environment.ProcessId, rootUri = (string?)null, capabilities = new { }, initializationOptions = server.GetProperty(options) });
        await started.Client.NotifyAsync("initialized", new { });
        await started.Client.CallAsync("coderlsp/state");
        started.Client.Received.ShouldNotContain(message => message.GetRawText().Contains("window/showMessage"));
        // A name that is nearly one of the settings is shown, any other only logged.
        await started.ShutDownAsync();
        started.Errors.ShouldNotContain("there is no setting");
    }

    static string?[] Strings(JsonElement array) => [.. array.EnumerateArray().Select(one => one.GetString())];
}
