using CoderLsp.Completion.Actions.Selection;
using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Tests.Actions;

/// <summary>The block around the cursor <c>|</c> goes from the line with <c>«</c> to the line with <c>»</c>, which end a line each.</summary>
public class EnclosingBlockTests
{
    static void Check(string languageId, string marked)
    {
        var lines = marked.ReplaceLineEndings("\n").Split('\n');
        var cursor = Array.FindIndex(lines, line => line.Contains('|'));
        var first = Array.FindIndex(lines, line => line.Contains('«'));
        var last = Array.FindIndex(lines, line => line.Contains('»'));
        var text = string.Join('\n', lines.Select(line => line.Replace("|", "").Replace("«", "").Replace("»", "")));

        var block = EnclosingBlock.At(new("u", languageId, 1, text), cursor);

        block.ShouldBe(first < 0 ? null : new SelectedLines(first, last));
    }

    [Theory]
    [InlineData("        return a;|")]
    [InlineData("    {|")]
    [InlineData("    }|")]
    [InlineData("    public int F(int a)|")]
    [InlineData("        int a)|")]
    [InlineData("    /// <summary>Doc.</summary>|")]
    [InlineData("            if (a > 0)|")]
    [InlineData("                a--;|")]
    [InlineData("|")]
    public void In_CSharp_it_is_the_method_with_its_comment_and_attributes(string cursorLine)
    {
        const string Text = """
            namespace N;

            class C
            {
                int _field;

                /// <summary>Doc.</summary>«
                [Fact]
                public int F(int a)
                {
            #if DEBUG
                    while (true)
                    {
                        if (a > 0)
                            a--;
                        else break;
                    }
            #endif

                    foo(
                        1,
                        () => { });
                    return a;
                }»

                int G() => 1;
            }
            """;
        var text = Text;
        if (cursorLine == "        int a)|") text = text.Replace("F(int a)", "F(\n        int a)");
        var plain = cursorLine.TrimEnd('|');
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        // The last one, since lines repeat; the blank line in the body.
        var at = plain.Length == 0
            ? Array.FindIndex(lines, line => line == "#endif") + 1
            : Array.FindIndex(lines, Array.FindIndex(lines, line => line.Contains('«')), line => line.TrimEnd('«', '»') == plain);
        at.ShouldBeGreaterThan(0);
        lines[at] += "|";
        Check("csharp", string.Join('\n', lines));
    }

    [Fact]
    public void Beside_the_methods_it_is_the_type() => Check("csharp", """
        namespace N
        {
            class C«
            {
                int _field;|

                void F()
                {
                }
            }»
        }
        """);

    [Theory]
    [InlineData("csharp", "using System;|\n\nclass C\n{\n}\n")]
    [InlineData("csharp", "class C\n{\n}\n|\nclass D\n{\n}\n")]
    [InlineData("csharp", "namespace N\n{\n|\n    class D\n    {\n    }\n}\n")]
    [InlineData("python", "def f():\n    pass\n\n|\ndef g():\n    pass\n")]
    [InlineData("python", "x = 1|\ndef g():\n    pass\n")]
    [InlineData("", "\n|\n\n")]
    [InlineData("", "|")]
    public void Outside_of_every_block_there_is_none(string languageId, string marked) => Check(languageId, marked);

    [Fact]
    public void In_Python_it_is_the_function_with_its_decorators() => Check("python", """
        import os

        # Comment.«
        @cache(
            size=3,
        )
        def f(
            a,
            b=1,
        ) -> int:
            if a:
                return b
        # a comment out of place

            for x in a:
                print(x)|

            return 1»

        def g():
            pass
        """);

    [Fact]
    public void In_JavaScript_a_function_with_a_name_is_one() => Check("typescript", """
        export const handler = async (event: Event) => {«
          const result = items
            .map(item => {
              return item.id;|
            });
          return { result };
        };»
        """);

    [Fact]
    public void Where_nothing_is_declared_it_is_the_outermost_statement() => Check("javascript", """
        const x = 1;
        describe("x", () => {«
          it("works", () => {
            expect(x).toBe(1);|
          });
        });»
        """);

    [Fact]
    public void Next_to_else_it_is_still_the_function() => Check("go", """
        // F does.«
        func F(a int) (int, error) {
        	if a > 0 {
        		return a, nil
        	} else {
        		return 0, nil|
        	}
        }»

        func G() {
        }
        """);

    [Fact]
    public void In_Rust_attributes_belong_to_it_and_arms_do_not_end_it() => Check("rust", """
        impl Foo {
            /// Doc.«
            #[inline]
            fn f(&self, x: Option<u8>) -> u8
            where
                Self: Sized,
            {
                match x {
                    Some(x) => {
                        x + 1|
                    }
                    None => 0,
                }
            }»
        }
        """);

    [Theory]
    [InlineData("ruby", "class A\n  # Doc«\n  def f(x)\n    if x\n      1|\n    end\n  end»\nend\n")]
    [InlineData("lua", "local function f(x)«\n  if x then\n    return 1|\n  end\nend»\n")]
    [InlineData("shellscript", "f() {«\n  if true; then\n    echo 1|\n  fi\n}»\n")]
    [InlineData("c", "int\nmain(void)«\n{\n\tfor (;;) {\n\t\tx();|\n\t}\n}»\n")]
    [InlineData("elixir", "defmodule A do\n  def f(x) do«\n    x|\n  end»\nend\n")]
    public void In_other_languages_too(string languageId, string marked) => Check(languageId, marked);

    [Fact]
    public void Random_texts_give_a_block_around_the_line_or_none()
    {
        string[] pieces = ["{\n", "}\n", "    ", "\t", "if (x)", "def f():", "\n", "// c\n", "[A]\n", "*/", "/*", ")", "(", "#x\n", "foo", " => ", "end\n", "\r\n"];
        var random = new Random(5);
        for (var i = 0; i < 3000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(80)).Select(_ => pieces[random.Next(pieces.Length)]));
            var snapshot = new TextSnapshot("u", random.Next(2) == 0 ? "csharp" : "", 1, text);
            var line = random.Next(snapshot.LineCount);
            if (EnclosingBlock.At(snapshot, line) is not { } block) continue;
            block.First.ShouldBeInRange(0, line);
            block.Last.ShouldBeInRange(line, snapshot.LineCount - 1);
            snapshot.Line(block.First).IsWhiteSpace().ShouldBeFalse();
            snapshot.Line(block.Last).IsWhiteSpace().ShouldBeFalse();
        }
    }
}
