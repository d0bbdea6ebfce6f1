using System.Buffers.Binary;
using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using CoderLsp.TestSupport;

namespace CoderLsp.EndToEnd.Tests;

/// <summary>What a user installs: the packages and archives that <c>dotnet pack</c> and <c>eng/publish</c> made, installed and unpacked on a bare account.</summary>
public sealed class InstallationTests : IDisposable
{
    const string UnfinishedLine = "models/seedling/recipe/train_tokenizer.py:43:1";

    readonly string _home = Directory.CreateTempSubdirectory("coderlsp-").FullName;

    string Tools => Path.Combine(_home, "tools");

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    [Trait("Needs", "Packages")]
    public async Task The_tool_installs_from_the_built_folder_without_a_network_and_works()
    {
        var packages = TestData.InRepository("artifacts", "packages");
        var (status, _, errors) = await RunAsync("dotnet", "tool", "install", "--tool-path", Tools, "--source", packages, "--version", Archive.Version, "coderlsp");
        status.ShouldBe(0, errors);
        await WorksAsync(Path.Combine(Tools, "coderlsp"));
    }

    [Fact]
    [Trait("Needs", "Packages")]
    public async Task There_is_a_package_for_each_platform_and_one_for_all_others()
    {
        var packages = TestData.InRepository("artifacts", "packages");
        foreach (var platform in (ReadOnlySpan<string>)["linux-x64", "linux-arm64", "osx-arm64", "win-x64", "any"])
        {
            using var package = ZipFile.OpenRead(Path.Combine(packages, $"coderlsp.{platform}.{Archive.Version}.nupkg"));
            var names = package.Entries.Select(entry => entry.FullName).ToList();
            string[] expected = ["README.md", "icon.png", .. new[] { "coderlsp.dll", "settings.schema.json", "THIRD-PARTY-NOTICES.md", "models/seedling/seedling-q8_0.gguf" }
                .Select(name => $"tools/net10.0/{platform}/{name}")];
            expected.Except(names).ShouldBeEmpty(platform);
        }
        using var chooser = ZipFile.OpenRead(Path.Combine(packages, $"coderlsp.{Archive.Version}.nupkg"));
        using var description = new StreamReader(chooser.GetEntry("coderlsp.nuspec")!.Open());
        (await description.ReadToEndAsync()).ShouldContain("<license type=\"expression\">MIT</license>");
    }

    [Fact]
    [Trait("Needs", "Packages")]
    public async Task The_archive_runs_where_there_is_no_NET_and_answers_an_editor()
    {
        await using var file = File.OpenRead(Archive.PathOf("linux-x64"));
        await using var unzipped = new GZipStream(file, CompressionMode.Decompress);
        await TarFile.ExtractToDirectoryAsync(unzipped, _home, overwriteFiles: false);
        var executable = Path.Combine(_home, $"coderlsp-{Archive.Version}-linux-x64", "coderlsp");
        await WorksAsync(executable);

        // As it is put on the PATH.
        var link = Path.Combine(_home, "coderlsp");
        File.CreateSymbolicLink(link, executable);
        await CompletesAsync(link);
    }

    [Theory]
    [Trait("Needs", "Packages")]
    [InlineData("linux-x64")]
    [InlineData("linux-arm64")]
    [InlineData("osx-arm64")]
    [InlineData("win-x64")]
    public void An_archive_holds_an_executable_of_its_platform_and_all_that_a_user_needs(string platform)
    {
        var archive = Archive.Read(platform);
        var executable = platform == "win-x64" ? "coderlsp.exe" : "coderlsp";
        PlatformOf(archive[executable]).ShouldBe(platform);
        if (executable == "coderlsp") archive.ModeOf(executable).HasFlag(UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute).ShouldBeTrue();

        string[] expected = [executable, "LICENSE", "README.md", "settings.schema.json", "models/seedling/README.md", "docs/editors.md", "docs/settings.md"];
        expected.Except(archive.Names).ShouldBeEmpty();
        archive.Names.Where(name => name.EndsWith(".pdb", StringComparison.Ordinal) || name.EndsWith(".dll", StringComparison.Ordinal)).ShouldBeEmpty();
        const string model = "models/seedling/seedling-q8_0.gguf";
        archive[model].AsSpan().SequenceEqual(File.ReadAllBytes(TestData.InRepository(model))).ShouldBeTrue();
        archive.Names.Count(name => name.StartsWith("editors/neovim/", StringComparison.Ordinal)).ShouldBeGreaterThan(5);

        var sums = File.ReadAllLines(TestData.InRepository("artifacts", "archives", "SHA256SUMS"));
        sums.ShouldContain($"{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(archive.Path)))}  {Path.GetFileName(archive.Path)}");
    }

    [Theory]
    [Trait("Needs", "Packages")]
    [InlineData("linux-x64", "coderlsp")]
    [InlineData("linux-arm64", "coderlsp")]
    [InlineData("osx-arm64", "coderlsp")]
    [InlineData("win-x64", "coderlsp.exe")]
    public void The_extension_for_a_platform_holds_the_executable_of_its_archive(string platform, string executable)
    {
        using var extension = ZipFile.OpenRead(TestData.InRepository("artifacts", "archives", $"coderlsp-{Archive.Version}-{platform}.vsix"));
        using var inside = extension.GetEntry($"extension/server/{executable}").ShouldNotBeNull().Open();
        using var bytes = new MemoryStream();
        inside.CopyTo(bytes);
        bytes.ToArray().AsSpan().SequenceEqual(Archive.Read(platform)[executable]).ShouldBeTrue();
        extension.GetEntry("extension/dist/extension.js").ShouldNotBeNull();
    }

    [Fact]
    [Trait("Needs", "Packages")]
    public void Links_in_an_archive_lead_to_files_of_it()
    {
        var archive = Archive.Read("linux-x64");
        foreach (var page in archive.Names.Where(name => name.EndsWith(".md", StringComparison.Ordinal) && !name.StartsWith("models/", StringComparison.Ordinal)))
            foreach (Match link in Regex.Matches(Encoding.UTF8.GetString(archive[page]), @"\]\((?!https?:)([^)#]+)"))
            {
                var target = Path.GetFullPath(Path.Combine("/", Path.GetDirectoryName(page)!, link.Groups[1].Value))[1..];
                archive.Names.ShouldContain(name => name == target || name.StartsWith(target + "/", StringComparison.Ordinal), $"{page} -> {target}");
            }
    }

    [Fact]
    public void Every_work_of_others_that_goes_along_is_named_in_the_notices()
    {
        var folder = Path.GetDirectoryName(ServerProcess.Executable)!;
        var notices = File.ReadAllText(Path.Combine(folder, "THIRD-PARTY-NOTICES.md"));
        var names = Directory.GetFiles(folder, "*.dll").Select(file => Path.GetFileNameWithoutExtension(file))
            .Where(name => !name.StartsWith("coderlsp", StringComparison.OrdinalIgnoreCase) && !name.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal)).ToList();
        names.ShouldNotBeEmpty();
        names.ShouldAllBe(name => notices.Contains(name));
    }

    [Fact]
    public void The_extension_has_the_version_of_the_program()
    {
        using var manifest = JsonDocument.Parse(File.ReadAllText(TestData.InRepository("vscode-extension", "package.json")));
        manifest.RootElement.GetProperty("version").GetString().ShouldBe(Archive.Version);
    }

    /// <summary>Which platform an executable says that it is for, in the words of .NET. One for macOS must be signed, or its processors refuse it.</summary>
    static string PlatformOf(ReadOnlySpan<byte> executable)
    {
        var first = BinaryPrimitives.ReadUInt32LittleEndian(executable);
        if (first == 0x464C457F) // ELF; e_machine is at 18
            return BinaryPrimitives.ReadUInt16LittleEndian(executable[18..]) switch { 62 => "linux-x64", 183 => "linux-arm64", var other => $"ELF {other}" };
        if (first == 0xFEEDFACF) // Mach-O of 64 bits; cputype is at 4
            return BinaryPrimitives.ReadUInt32LittleEndian(executable[4..]) == 0x0100000C && IsSigned(executable) ? "osx-arm64" : "Mach-O, another processor or not signed";
        if ((first & 0xFFFF) != 0x5A4D) return "unknown";
        var header = executable[(int)BinaryPrimitives.ReadUInt32LittleEndian(executable[0x3C..])..]; // "PE\0\0", then the machine
        return header.StartsWith("PE\0\0"u8) && BinaryPrimitives.ReadUInt16LittleEndian(header[4..]) == 0x8664 ? "win-x64" : "PE, another processor";
    }

    // The load commands follow the header of 32 bytes, each with its kind and length; LC_CODE_SIGNATURE says where the signature is.
    static bool IsSigned(ReadOnlySpan<byte> executable)
    {
        var commands = BinaryPrimitives.ReadInt32LittleEndian(executable[16..]);
        for (var at = 32; commands > 0; commands--, at += BinaryPrimitives.ReadInt32LittleEndian(executable[(at + 4)..]))
            if (BinaryPrimitives.ReadUInt32LittleEndian(executable[at..]) == 0x1D)
                return BinaryPrimitives.ReadInt32LittleEndian(executable[(at + 8)..]) + BinaryPrimitives.ReadInt32LittleEndian(executable[(at + 12)..]) == executable.Length;
        return false;
    }

    async Task WorksAsync(string executable)
    {
        var (status, version, errors) = await RunAsync(executable, "--version");
        status.ShouldBe(0, errors);
        version.ShouldStartWith(Archive.Version);
        await CompletesAsync(executable);
        (status, var findings, errors) = await RunAsync(executable, "doctor");
        status.ShouldBe(0, errors);
        findings.ShouldContain("ok       completion model  seedling");

        using var server = Process.Start(Start(executable, "--stdio"))!;
        await using var editor = new LspTestClient(server.StandardInput.BaseStream, server.StandardOutput.BaseStream, MetaModel.IfGiven, isCareful: true);
        var reply = await editor.CallAsync("initialize", new { processId = Environment.ProcessId, rootUri = (string?)null, capabilities = new { } });
        reply.GetProperty("result").GetProperty("capabilities").GetProperty("inlineCompletionProvider").GetBoolean().ShouldBeTrue();
        await editor.NotifyAsync("initialized", new { });
        await editor.CallAsync("shutdown");
        await editor.NotifyAsync("exit");
        await server.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        server.ExitCode.ShouldBe(0);
    }

    async Task CompletesAsync(string executable)
    {
        var (status, suggestion, errors) = await RunAsync(executable, "complete", TestData.Repository + "/" + UnfinishedLine);
        status.ShouldBe(0, errors);
        suggestion.ShouldBe("    assert tok.get_vocab_size() == SIZE - len(SPECIAL), tok.get_vocab_size()\n");
    }

    /// <summary>A user who has nothing but an empty home. Only dotnet itself, and what was installed with it, find .NET.</summary>
    ProcessStartInfo Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = _home, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment.Clear();
        start.Environment["HOME"] = start.Environment["DOTNET_CLI_HOME"] = _home;
        if (program != "dotnet" && Path.GetDirectoryName(program) != Tools) return start;
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH");
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = start.Environment["DOTNET_NOLOGO"] = "1";
        // .../shared/Microsoft.NETCore.App/VERSION/
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        return start;
    }

    async Task<(int Status, string Output, string Errors)> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(Start(program, arguments))!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await errors);
    }
}
