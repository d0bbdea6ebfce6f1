using System.CommandLine;
using System.Text.Json;
using CoderLsp.Configuration;
using CoderLsp.Doctor;
using CoderLsp.Inference.Scheduling;
using CoderLsp.Lsp;
using CoderLsp.Models.Loading;
using Spectre.Console;

namespace CoderLsp.Commands;

/// <summary>The JSON of <c>doctor --json</c>.</summary>
/// <param name="Status">The worst of the checks: <c>ok</c>, <c>warning</c> or <c>error</c>.</param>
sealed record DoctorReport(string Status, IReadOnlyList<CheckReport> Checks);

sealed record CheckReport(string Check, string Status, string Text, string? Remedy);

/// <summary><c>doctor</c>: checks the installation and says what to change.</summary>
static class DoctorCommand
{
    public static Command Create(CommandOutput output)
    {
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = new Command("doctor", "Checks the installation, its settings, models and speed, and says what to change.") { json };
        command.Runs(output, async (context, cancellation) =>
        {
            var findings = await output.WithStatusAsync(
                "Checking the installation and measuring the model", () => Task.Run(() => ExamineAsync(context, cancellation), cancellation));
            var worst = findings.Max(finding => finding.Level);
            if (context.Value(json))
            {
                var report = new DoctorReport(Word(worst), [.. findings.Select(f => new CheckReport(f.Check, Word(f.Level), f.Text, f.Remedy))]);
                output.Out.WriteLine(JsonSerializer.Serialize(report, CommandJson.Readable.DoctorReport));
            }
            else
            {
                output.Write(Grid(findings, output.OutIsTerminal));
            }

            return worst == FindingLevel.Error ? ExitStatus.Failed : ExitStatus.Done;
        });
        return command;
    }

    static async Task<List<Finding>> ExamineAsync(CommandContext context, CancellationToken cancellation)
    {
        var (result, configuration) = ConfigurationChecks.Read(context.ConfigurationFile, context.LoadLayers, context.LoadLayersWithoutFile);
        if (result.Errors.FirstOrDefault(error => error.FromOption) is { Message: { } wrongUsage }) throw new UsageException(wrongUsage);
        var settings = result.Settings;
        var models = new ModelChecks(settings);
        return
        [
            MachineChecks.Program(),
            MachineChecks.Kernels(),
            MachineChecks.Threads(settings.Threads, Environment.ProcessorCount, Cores.Count),
            MachineChecks.Memory(models.Memory(), MachineMemory.Available, MachineMemory.Total),
            .. configuration,
            .. settings.ModelFolders.Select(folder => FolderChecks.Models(folder, configured: result.Origins.ContainsKey("modelFolders"))),
            FolderChecks.Writable("cache folder", UserFolders.Cache, "XDG_CACHE_HOME"),
            FolderChecks.Writable("answers folder", ServerServices.DefaultAnswersFolder, "XDG_CACHE_HOME"),
            FolderChecks.Writable("state folder", UserFolders.State, "XDG_STATE_HOME"),
            .. await models.CompletionAsync(cancellation),
            .. await models.ChatAsync(cancellation),
        ];
    }

    static Grid Grid(List<Finding> findings, bool terminal)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(2)).AddColumn(new GridColumn().NoWrap().PadRight(2)).AddColumn(new GridColumn());
        foreach (var finding in findings)
        {
            var sign = terminal ? Sign(finding.Level) + " " : "";
            var remedy = finding.Remedy is null ? "" : $"\n{(terminal ? "→" : "->")} {Printable.Of(finding.Remedy)}";
            grid.AddRow(
                new Text(sign + Word(finding.Level), new(foreground: Colour(finding.Level))), new Text(finding.Check),
                new Text(Printable.Of(finding.Text) + remedy));
        }

        return grid;
    }

    static string Word(FindingLevel level) => JsonNamingPolicy.CamelCase.ConvertName(level.ToString());

    static string Sign(FindingLevel level) => level switch
    {
        FindingLevel.Ok => "✓", FindingLevel.Warning => "!", _ => "✗",
    };

    static Color Colour(FindingLevel level) => level switch
    {
        FindingLevel.Ok => Color.Green, FindingLevel.Warning => Color.Yellow, _ => Color.Red,
    };
}
