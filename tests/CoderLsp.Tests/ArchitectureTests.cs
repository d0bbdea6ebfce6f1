using System.Text.RegularExpressions;
using System.Xml.Linq;
using CoderLsp.TestSupport;

namespace CoderLsp.Tests;

/// <summary>Holds the rules of docs/architecture.md that the compiler does not.</summary>
public class ArchitectureTests
{
    // The rooms, and which rooms and packages each may use. Adding a line here is a decision; docs/architecture.md says why.
    static readonly Dictionary<string, (string[] Rooms, string[] Packages)> Rooms = new()
    {
        ["CoderLsp.Kernels"] = ([], ["System.Numerics.Tensors"]),
        ["CoderLsp.Inference"] = (["CoderLsp.Kernels"], []),
        ["CoderLsp.Completion"] = ([], ["DiffPlex", "Microsoft.Extensions.AI.Abstractions"]),
        ["CoderLsp.Protocol"] = ([], ["StreamJsonRpc"]),
        ["CoderLsp"] = (["CoderLsp.Completion", "CoderLsp.Inference", "CoderLsp.Kernels", "CoderLsp.Protocol"],
            ["Markdig", "Microsoft.Extensions.Logging", "Spectre.Console", "System.CommandLine"]),
    };

    // Why each of these is longer than a file should be.
    static readonly Dictionary<string, string> LongFiles = [];

    static readonly Dictionary<string, string> FilesWithBannedApis = new()
    {
        ["src/CoderLsp/Commands/CommandOutput.cs"] = "owns the console",
    };

    [Fact]
    public void Every_project_is_a_known_room() =>
        Directory.GetDirectories(TestData.InRepository("src")).Select(Path.GetFileName).ShouldBe(Rooms.Keys, ignoreOrder: true);

    [Theory]
    [MemberData(nameof(RoomNames))]
    public void A_room_references_exactly_the_rooms_below_it(string room) =>
        Includes(room, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)
            .ShouldBe(Rooms[room].Rooms);

    [Theory]
    [MemberData(nameof(RoomNames))]
    public void A_room_uses_only_the_packages_that_it_may(string room) =>
        Includes(room, "PackageReference").Except(Rooms[room].Packages).ShouldBeEmpty();

    [Fact]
    public void A_test_project_references_only_the_room_that_it_tests()
    {
        foreach (var folder in Directory.GetDirectories(TestData.InRepository("tests"), "CoderLsp*.Tests"))
        {
            var name = Path.GetFileName(folder);
            var referenced = References(Path.Combine(folder, name + ".csproj"), "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path));
            referenced.ShouldBe([name == "CoderLsp.EndToEnd.Tests" ? "CoderLsp" : name[..^".Tests".Length]], name);
        }
    }

    [Fact]
    public void Only_the_named_files_use_banned_APIs()
    {
        var suppressing = SourceFiles("src").Where(file => Regex.IsMatch(File.ReadAllText(file), "RS0030|BannedApi")).Select(Relative);
        suppressing.ShouldBe(FilesWithBannedApis.Keys, ignoreOrder: true);
    }

    [Fact]
    public void Only_the_command_line_and_the_language_server_know_the_protocol()
    {
        var users = SourceFiles("src").Where(file => File.ReadAllText(file).Contains("CoderLsp.Protocol", StringComparison.Ordinal)).Select(Relative);
        users.Where(file => !file.StartsWith("src/CoderLsp.Protocol/", StringComparison.Ordinal)
            && !file.StartsWith("src/CoderLsp/", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void No_file_is_longer_than_400_lines()
    {
        var tooLong = SourceFiles("src").Concat(SourceFiles("tests")).Where(file => File.ReadLines(file).Count() > 400).Select(Relative);
        tooLong.ShouldBe(LongFiles.Keys, ignoreOrder: true);
    }

    [Fact]
    public void Every_package_has_a_pinned_version()
    {
        var versions = XDocument.Load(TestData.InRepository("Directory.Packages.props")).Descendants("PackageVersion").Select(e => e.Attribute("Version")!.Value);
        versions.ShouldAllBe(version => Regex.IsMatch(version, @"^\d+(\.\d+)+$"));
    }

    [Fact]
    public void Every_test_that_the_architecture_page_names_exists()
    {
        var page = File.ReadAllText(TestData.InRepository("docs", "architecture.md"));
        var tests = string.Join('\n', SourceFiles("tests").Select(File.ReadAllText));
        var named = Regex.Matches(page, @"`(?:\w+\.)?([A-Z]\w*_\w+|\w+Tests)`").Select(match => match.Groups[1].Value).ToList();
        named.Count.ShouldBeGreaterThan(20);
        named.Where(name => !Regex.IsMatch(tests, $@"\b(class|void|Task) {name}\b")).ShouldBeEmpty();
    }

    public static TheoryData<string> RoomNames => [.. Rooms.Keys];

    static IEnumerable<string> Includes(string room, string kind) => References(TestData.InRepository("src", room, room + ".csproj"), kind);

    static IEnumerable<string> References(string project, string kind) =>
        XDocument.Load(project).Descendants(kind).Select(element => element.Attribute("Include")!.Value.Replace('\\', '/'));

    static IEnumerable<string> SourceFiles(string folder) =>
        Directory.EnumerateFiles(TestData.InRepository(folder), "*.cs", SearchOption.AllDirectories)
            .Where(file => !Relative(file).Split('/').Any(part => part is "obj" or "bin"));

    static string Relative(string file) => Path.GetRelativePath(TestData.Repository, file).Replace('\\', '/');
}
