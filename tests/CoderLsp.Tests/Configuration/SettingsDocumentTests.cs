using System.Text.Json;
using System.Text.RegularExpressions;
using CoderLsp.Configuration;
using CoderLsp.TestSupport;

namespace CoderLsp.Tests.Configuration;

public class SettingsDocumentTests
{
    [Fact]
    public void The_document_lists_every_setting_with_its_default()
    {
        var rows = File.ReadLines(TestData.InRepository("docs", "settings.md"))
            .Select(line => Regex.Match(line, @"^\| `([\w.]+)` \| `([^`]+)` \|")).Where(row => row.Success)
            .Select(row => (Name: row.Groups[1].Value, Default: row.Groups[2].Value)).ToList();
        rows.Select(row => row.Name).ShouldBe(SettingTable.All.Select(setting => setting.Name));

        var defaults = new CoderLspSettings();
        // The folder depends on the platform, and null is what is not set.
        foreach (var (setting, row) in SettingTable.All.Zip(rows).Where(pair => pair.First.Name != "modelFolders" && pair.Second.Default != "null"))
        {
            var applied = setting.Apply(defaults, JsonDocument.Parse(row.Default).RootElement);
            applied.ShouldNotBeNull(row.Name);
            applied.ShouldBeEquivalentTo(defaults, row.Name);
        }
    }
}
