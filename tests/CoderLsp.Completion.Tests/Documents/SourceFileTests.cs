using System.Text;
using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Tests.Documents;

public sealed class SourceFileTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("coderlsp-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    string Write(string name, params byte[] bytes)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    [Fact]
    public void A_file_becomes_a_document()
    {
        var snapshot = SourceFile.Read(Write("a b.py", "é = 1\r\n"u8.ToArray()));
        snapshot.Text.ShouldBe("é = 1\r\n");
        snapshot.LanguageId.ShouldBe("python");
        snapshot.Uri.ShouldStartWith("file:///");
        snapshot.Uri.ShouldEndWith("/a%20b.py");
    }

    public static TheoryData<Encoding> Encodings => [new UTF8Encoding(true), Encoding.Unicode, Encoding.BigEndianUnicode];

    [Theory]
    [MemberData(nameof(Encodings), DisableDiscoveryEnumeration = true)]
    public void A_byte_order_mark_says_the_encoding(Encoding encoding) =>
        SourceFile.Read(Write("a.cs", [.. encoding.GetPreamble(), .. encoding.GetBytes("x😀\n")])).Text.ShouldBe("x😀\n");

    [Fact]
    public void Bytes_that_are_no_text_become_the_replacement_character() =>
        SourceFile.Read(Write("latin1.c", (byte)'a', 0xE9, (byte)'b')).Text.ShouldBe("a\uFFFDb");

    [Fact]
    public void A_binary_file_is_refused() => Refusal(Write("a.bin", 1, 2, 0, 3)).ShouldBe(
        $"'{Path.Combine(_folder, "a.bin")}' is a binary file (a zero byte at offset 2). Give a source file.");

    [Fact]
    public void A_missing_file_is_refused() => Refusal(Path.Combine(_folder, "none.cs")).ShouldStartWith("There is no file");

    [Fact]
    public void A_folder_is_refused() => Refusal(_folder).ShouldContain("is a folder");

    [Fact]
    public void An_empty_file_is_a_document_with_one_line() => SourceFile.Read(Write("empty.rs")).LineCount.ShouldBe(1);

    static string Refusal(string path) => Should.Throw<SourceFileException>(() => SourceFile.Read(path)).Message;
}
