using System.Text.Encodings.Web;
using System.Text.Json;
using CoderLsp.Configuration;
using CoderLsp.TestSupport;

namespace CoderLsp.Tests.Configuration;

public class SettingsDocumentTests
{
    static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public void The_document_lists_every_setting_as_the_table_has_it() =>
        File.ReadLines(TestData.InRepository("docs", "settings.md")).Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .ShouldBe(SettingTable.All.Select(Row));

    static string Row(Setting setting)
    {
        var byDefault = setting.HasPlatformDefault ? """["~/.local/share/coderlsp/models"]"""
            : setting.Value(new())?.ToJsonString(Readable) ?? "null";
        return $"| `{setting.Name}` | `{byDefault}` | {setting.Allowed} | {setting.Description} |";
    }
}
