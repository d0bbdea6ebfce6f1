using System.Diagnostics;
using System.Text;
using CoderLsp.Completion.Context.Outlines;
using CoderLsp.Completion.Documents;
using CoderLsp.TestSupport;

namespace CoderLsp.Completion.Tests.Context;

public class OutlineTests
{
    static string TextOf(string languageId, string text, int maxCharacters = int.MaxValue) =>
        Outline.TextOf(new TextSnapshot("file:///a", languageId, 1, text), maxCharacters).TrimEnd('\n');

    public static TheoryData<string> Samples =>
        [.. Directory.GetFiles(TestData.InRepository("tests", "fixtures", "outline")).Select(path => Path.GetFileName(path))];

    /// <summary>Each sample is a source file whose expected outline stands in its last comment, behind "outline:".</summary>
    [Theory]
    [MemberData(nameof(Samples))]
    public void A_file_has_the_outline_that_it_says(string sample)
    {
        var text = File.ReadAllText(TestData.InRepository("tests", "fixtures", "outline", sample));
        var marker = text.LastIndexOf("outline:", StringComparison.Ordinal);
        var expected = text[marker..].Split('\n')[1..].Select(line => line.Length < 3 ? "" : line[3..].TrimEnd()).Where(line => line.Length > 0);
        TextOf(LanguageIds.OfFile(sample), text[..marker]).Split('\n').ShouldBe(expected);
    }

    [Fact]
    public void Text_without_declarations_has_no_outline()
    {
        TextOf("markdown", "class A {\n}\n").ShouldBe("");
        TextOf("csharp", "").ShouldBe("");
        TextOf("csharp", "x = 3;\nfoo(bar);\nif (a) {\n  class;\n}\n").ShouldBe("");
    }

    [Fact]
    public void A_short_budget_keeps_the_upper_declarations()
    {
        const string text = "class A\n{\n    void M() { }\n}\nclass B\n{\n}\n";
        TextOf("csharp", text).ShouldBe("class A\n  void M()\nclass B");
        TextOf("csharp", text, 16).ShouldBe("class A\nclass B");
        TextOf("csharp", text, 10).ShouldBe("class A");
        TextOf("csharp", text, 0).ShouldBe("");
    }

    [Fact]
    public void Any_text_has_some_outline()
    {
        var random = new Random(7);
        string[] pieces = ["class", "def", "fn", "func", "function", "{", "}", "(", ")", "=>", "=", "<", ">", ":", ";", "\"\"\"", "/*", "*/", "\n", "\n    ", "\t", " ", "A", "get", "pub", "[", "]", "@x", "template", "::", "😀"];
        foreach (var language in new[] { "csharp", "java", "typescript", "python", "go", "rust", "cpp", "php", "ruby", "lua", "kotlin", "swift", "shellscript" })
            for (var i = 0; i < 300; i++)
                TextOf(language, string.Concat(random.GetItems(pieces, random.Next(60))));
    }

    [Theory]
    [InlineData("    void Method{0}(int a, int b)\n    {{\n        return;\n    }}\n")]
    [InlineData("((((((((((((((((((((((({0}\n")]
    [InlineData("<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<(>>>>>>{0}>\n")]
    [InlineData("\"\"\"{0}\n")]
    [InlineData("class A{0} {{\n")]
    public void The_time_grows_with_the_length_only(string lines)
    {
        double Measure(int count)
        {
            var text = new StringBuilder("class A\n{\n");
            for (var i = 0; i < count; i++) text.AppendFormat(null, lines, i);
            var snapshot = new TextSnapshot("file:///a", "csharp", 1, text.ToString());
            var best = double.MaxValue;
            for (var run = 0; run < 3; run++)
            {
                var watch = Stopwatch.StartNew();
                Outline.Of(snapshot);
                best = Math.Min(best, watch.Elapsed.TotalMilliseconds);
            }
            return best;
        }
        // 256 times the text; a quadratic scanner would take 65,000 times as long. Wide apart, as other tests run at the same time.
        Measure(128_000).ShouldBeLessThan(5_000 * Math.Max(Measure(500), 0.2));
    }
}
