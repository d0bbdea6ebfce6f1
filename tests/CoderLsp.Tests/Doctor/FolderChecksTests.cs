using CoderLsp.Doctor;

namespace CoderLsp.Tests.Doctor;

public sealed class FolderChecksTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("coderlsp-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_folder_that_can_be_written_to_is_left_as_it_was()
    {
        FolderChecks.Writable("cache", _folder.FullName, "X").Level.ShouldBe(FindingLevel.Ok);
        var missing = Path.Combine(_folder.FullName, "a", "b");
        var finding = FolderChecks.Writable("cache", missing, "X");
        (finding.Level, finding.Text).ShouldBe((FindingLevel.Ok, $"{missing} does not exist yet and can be made."));
        _folder.EnumerateFileSystemInfos().ShouldBeEmpty();
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_an_error()
    {
        var file = Path.Combine(_folder.FullName, "file");
        File.WriteAllText(file, "");
        var finding = FolderChecks.Writable("cache", Path.Combine(file, "cache"), "XDG_CACHE_HOME");
        finding.Level.ShouldBe(FindingLevel.Error);
        finding.Text.ShouldContain("cannot be written to");
        finding.Remedy.ShouldNotBeNull().ShouldStartWith("Let your user write there");
    }

    [Fact]
    public void Models_of_a_folder_are_named()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "b.gguf"), "");
        File.WriteAllText(Path.Combine(_folder.FullName, "a.gguf"), "");
        File.WriteAllText(Path.Combine(_folder.FullName, "readme.txt"), "");
        FolderChecks.Models(_folder.FullName, configured: true).Text.ShouldBe($"{_folder.FullName} has a, b.");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_missing_folder_matters_only_when_the_user_named_it(bool configured) =>
        FolderChecks.Models(Path.Combine(_folder.FullName, "none"), configured).Level.ShouldBe(configured ? FindingLevel.Warning : FindingLevel.Ok);
}
