using System.Diagnostics;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using CoderLsp.TestSupport;

namespace CoderLsp.EndToEnd.Tests;

/// <summary>What the README shows is what happens.</summary>
public sealed class ReadmeTests : IDisposable
{
    const string RunFromSource = "dotnet run -c Release --project src/CoderLsp -- ";

    static readonly string Readme = File.ReadAllText(TestData.InRepository("README.md"));

    readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("coderlsp-");

    public void Dispose() => _home.Delete(recursive: true);

    // `dotnet run` would build what these tests were built with, while they run: the executable that it starts is started instead.
    [Fact]
    public async Task Examples_print_what_the_README_says()
    {
        var examples = Regex.Matches(Readme, @"```sh\n(?<command>.+)\n```\n\n```text\n(?<output>[\s\S]*?)```");
        examples.ShouldNotBeEmpty();
        foreach (Match example in examples)
        {
            var command = example.Groups["command"].Value;
            command.ShouldStartWith(RunFromSource);
            var (status, output, errors) = await RunAsync(command[RunFromSource.Length..].Split(' '));
            status.ShouldBe(0, errors);
            output.ShouldBe(example.Groups["output"].Value);
        }
    }

    // The other commands are steps of .ci/run and of whoever runs this suite; here only that they name what exists.
    [Fact]
    public void Commands_name_projects_that_exist()
    {
        var commands = Regex.Matches(Readme, @"```sh\n(?<command>.+)\n```").Select(match => match.Groups["command"].Value).ToList();
        commands.ShouldContain("dotnet test -c Release");
        foreach (var project in commands.SelectMany(command => command.Split(' ')).Where(word => word.StartsWith("src/", StringComparison.Ordinal)))
            Directory.GetFiles(TestData.InRepository(project), "*.csproj").ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Settings_are_taken_without_a_complaint()
    {
        var settings = Path.Combine(_home.FullName, "config.json");
        await File.WriteAllTextAsync(settings, Regex.Match(Readme, @"```json\n([\s\S]*?)```").Groups[1].Value);
        var (status, _, errors) = await RunAsync("inspect", "seedling", "--config", settings);
        status.ShouldBe(0);
        errors.ShouldBeEmpty();
    }

    [Fact]
    public void Links_lead_to_files()
    {
        foreach (Match link in Regex.Matches(Readme, @"\]\((?!https?:)([^)#]+)\)")) TestData.InRepository(link.Groups[1].Value);
    }

    [Fact]
    public async Task The_picture_shows_what_is_printed()
    {
        var lines = XDocument.Load(TestData.InRepository("docs", "pictures", "complete.svg")).Descendants()
            .Where(element => element.Name.LocalName == "text").Select(element => (Kind: element.Attribute("class")!.Value, Text: element.Value)).ToList();
        const string prompt = "$ coderlsp ";
        var command = lines.Single(line => line.Text.StartsWith(prompt, StringComparison.Ordinal)).Text;
        var (_, output, _) = await RunAsync(command[prompt.Length..].Split(' '));
        output.TrimEnd('\n').Split('\n').ShouldBe(lines.Where(line => line.Kind == "suggestion").Select(line => line.Text));
    }

    async Task<(int Status, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(ServerProcess.Executable, arguments)
        {
            WorkingDirectory = TestData.Repository, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        // A reader has no settings yet.
        foreach (var variable in start.Environment.Keys.Where(name => name.StartsWith("CODERLSP_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(variable);
        start.Environment["HOME"] = start.Environment["XDG_CONFIG_HOME"] = start.Environment["XDG_DATA_HOME"] = _home.FullName;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await errors);
    }
}
