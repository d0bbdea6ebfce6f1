using CoderLsp.Completion.Inline;
using CoderLsp.Models;

namespace CoderLsp.Tests.Models;

public sealed class SpeedFileTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("coderlsp-speeds").FullName;

    string File => Path.Combine(_folder, "cache", "speeds.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_speed_is_there_at_the_next_start()
    {
        new SpeedFile(File).Find("a").ShouldBeNull();
        new SpeedFile(File).Keep("a", new(86.5, 26.9));
        new SpeedFile(File).Keep("b", new(1, 2));
        new SpeedFile(File).Find("a").ShouldBe(new ComputingSpeed(86.5, 26.9));
        Directory.GetFiles(Path.GetDirectoryName(File)!).ShouldBe([File]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("""{"models":null}""")]
    [InlineData("""{"models":{"a":{"promptTokensPerSecond":-1,"decodeTokensPerSecond":2}}}""")]
    [InlineData("""{"models":{"a":{"promptTokensPerSecond":1}}}""")]
    [InlineData("""{"models":{"a":7}}""")]
    public void What_makes_no_sense_is_measured_anew(string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        System.IO.File.WriteAllText(File, content);
        new SpeedFile(File).Find("a").ShouldBeNull();
        new SpeedFile(File).Keep("a", new(1, 2));
        new SpeedFile(File).Find("a").ShouldBe(new ComputingSpeed(1, 2));
    }

    [Fact]
    public void Where_nothing_can_be_written_nothing_is_kept()
    {
        var blocked = Path.Combine(_folder, "file");
        System.IO.File.WriteAllText(blocked, "");
        new SpeedFile(Path.Combine(blocked, "speeds.json")).Keep("a", new(1, 2));
    }
}
