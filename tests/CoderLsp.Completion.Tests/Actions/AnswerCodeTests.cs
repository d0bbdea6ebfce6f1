using CoderLsp.Completion.Actions.Edits;

namespace CoderLsp.Completion.Tests.Actions;

public class AnswerCodeTests
{
    static string? Code(string answer, string languageId = "csharp", string replaced = "") => AnswerCode.Find(answer, languageId, replaced)?.Text;

    [Theory]
    [InlineData("```csharp\nx;\n```", "x;")]
    [InlineData("Sure!\r\n\r\n```cs\r\nx;\r\n  y;\r\n```\r\nDone.", "x;\n  y;")]
    [InlineData("~~~\nx;\n```\n~~~", "x;\n```")]
    [InlineData("````markdown\n```csharp\nx\n```\n````", "```csharp\nx\n```")]
    [InlineData("```markdown\n# A\n```csharp\nx\n```\nend\n```", "# A\n```csharp\nx\n```\nend")]
    [InlineData("1. Do:\n   ```csharp\n   a\n     b\n   ```", "a\n  b")]
    [InlineData("```python\ndef f():\n    \"\"\"\n    ```\n    x\n    ```\n    \"\"\"\n```", "def f():\n    \"\"\"\n    ```\n    x\n    ```\n    \"\"\"")]
    public void Code_stands_between_fences(string answer, string code) => Code(answer, answer.Contains("markdown") ? "markdown" : "csharp").ShouldBe(code);

    [Theory]
    [InlineData("You should rename `x`.")]
    [InlineData("")]
    [InlineData("```\n\n```")]
    [InlineData("```diff\n-a\n+b\n```")]
    [InlineData("``` is a fence ```")]
    public void Prose_is_no_code(string answer) => Code(answer).ShouldBeNull();

    [Theory]
    [InlineData("```bash\ndotnet add package Something.Long\n```\n```csharp\nx;\n```", "x;")]
    [InlineData("```csharp\na\n```\n```csharp\nlonger\n```", "longer")]
    [InlineData("```csharp\nfirst\n```\n```csharp\nother\n```", "first")]
    [InlineData("Before:\n```csharp\nold code here\n```\nAfter:\n```csharp\nnew\n```", "new")]
    public void Of_several_blocks_the_replacement_is_taken(string answer, string code) => Code(answer, replaced: "  old code here\r\n").ShouldBe(code);

    [Fact]
    public void A_fence_that_is_not_closed_is_seen()
    {
        AnswerCode.Find("```csharp\nx;\ny", "csharp", "").ShouldBe(new("x;\ny", Closed: false));
        AnswerCode.Find("```csharp\nx;\n```\nBecause", "csharp", "").ShouldBe(new("x;", Closed: true));
    }
}
