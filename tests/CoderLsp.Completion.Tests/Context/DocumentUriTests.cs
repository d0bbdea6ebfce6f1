using System.Text;
using CoderLsp.Completion.Context;

namespace CoderLsp.Completion.Tests.Context;

public class DocumentUriTests
{
    [Theory]
    [InlineData("file:///home/a/x.cs", "/home/a/x.cs")]
    [InlineData("FILE:///home/a%20b/%C3%A9.cs", "/home/a b/é.cs")]
    [InlineData("file:///a/é b.cs", "/a/é b.cs")]
    [InlineData("file://localhost/a", "/a")]
    [InlineData("file:/a", "/a")]
    [InlineData("file:///c#/a?.cs", "/c#/a?.cs")]
    [InlineData("file:///a%2Fb", "/a/b")]
    [InlineData("file:///100%", "/100%")]
    [InlineData("file:///a%zz", "/a%zz")]
    [InlineData("file://server/a", null)]
    [InlineData("file://", null)]
    [InlineData("file:", null)]
    [InlineData("file:a", null)]
    [InlineData("file:///a%00b", null)]
    [InlineData("untitled:Untitled-1", null)]
    [InlineData("vscode-vfs://github/a/b.cs", null)]
    [InlineData("/home/a", null)]
    [InlineData("", null)]
    public void Unix_paths_are_found_in_URIs(string uri, string? path) => DocumentUri.ToPath(uri, windows: false).ShouldBe(path);

    [Theory]
    [InlineData("file:///c%3A/x/a.cs", @"C:\x\a.cs")]
    [InlineData("file:///C:/x/a.cs", @"C:\x\a.cs")]
    [InlineData("file:///d:/", @"D:\")]
    [InlineData("file:///d:", @"D:\")]
    [InlineData("file://server/share/a%20b.cs", @"\\server\share\a b.cs")]
    [InlineData("file:///home/a", null)]
    [InlineData("untitled:c:/x", null)]
    public void Windows_paths_are_found_in_URIs(string uri, string? path) => DocumentUri.ToPath(uri, windows: true).ShouldBe(path);

    [Theory]
    [InlineData("/home/a b/é#1?.cs", false, "file:///home/a%20b/%C3%A9%231%3F.cs")]
    [InlineData(@"C:\x\a b.cs", true, "file:///c%3A/x/a%20b.cs")]
    [InlineData(@"\\server\share\x.cs", true, "file://server/share/x.cs")]
    public void Paths_become_URIs(string path, bool windows, string uri) => DocumentUri.Of(path, windows).ShouldBe(uri);

    [Fact]
    public void Every_path_comes_back_from_its_URI()
    {
        var random = new Random(1);
        for (var i = 0; i < 2000; i++)
        {
            var unix = string.Concat(Enumerable.Range(0, random.Next(1, 5)).Select(_ => "/" + RandomName(random, "\\:*|<>\"?")));
            DocumentUri.ToPath(DocumentUri.Of(unix, windows: false), windows: false).ShouldBe(unix);

            var parts = string.Concat(Enumerable.Range(0, random.Next(1, 5)).Select(_ => "\\" + RandomName(random, "")));
            var drive = (char)('A' + random.Next(26)) + ":" + parts;
            DocumentUri.ToPath(DocumentUri.Of(drive, windows: true), windows: true).ShouldBe(drive);
            var share = @"\\host-1" + parts;
            DocumentUri.ToPath(DocumentUri.Of(share, windows: true), windows: true).ShouldBe(share);
        }
    }

    static string RandomName(Random random, string more)
    {
        var name = new StringBuilder();
        for (var length = random.Next(1, 8); length > 0; length--)
        {
            switch (random.Next(4))
            {
                case 0: name.Append(("%#&+ ~;=@![]{}'()$,^`" + more)[random.Next(21 + more.Length)]); break;
                case 1: name.Append((char)random.Next(0xA1, 0xD7FF)); break;
                case 2: name.Append(char.ConvertFromUtf32(random.Next(0x10000, 0x10FFFF))); break;
                default: name.Append((char)('a' + random.Next(26))); break;
            }
        }
        return name.ToString();
    }
}
