using CoderLsp.Completion.Context;
using CoderLsp.Completion.Context.Related;
using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Tests.Context;

public sealed class RelatedFilesTests : IDisposable
{
    readonly TemporaryWorkspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    static TextRange All(TextSnapshot snapshot) => new(new(0, 0), snapshot.PositionOf(snapshot.Length));

    IEnumerable<string> Related(string name, string text, TextRange? range = null)
    {
        var snapshot = _workspace.Open(name, text);
        return RelatedFiles.Find(snapshot, range ?? All(snapshot), _workspace.Files, most: 10)
            .Select(file => Path.GetRelativePath(_workspace.Root, file.Path).Replace('\\', '/'));
    }

    void Write(params string[] names)
    {
        foreach (var name in names) _workspace.Write(name, "x = 1\n");
    }

    [Fact]
    public void Types_of_the_selection_are_looked_for_by_the_names_of_files_the_nearest_first()
    {
        Write("far/away/Foo.cs", "src/Foo.cs", "src/sub/Bar.cs", "src/Unused.cs", "src/A.cs");
        Related("src/A.cs", "class A { Bar b; Foo f; A a; }\n").ShouldBe(["src/Foo.cs", "src/sub/Bar.cs"]);
    }

    [Fact]
    public void Only_the_selection_counts()
    {
        Write("Foo.cs", "Bar.cs");
        Related("A.cs", "Foo f;\nBar b;\n", new(new(1, 0), new(2, 0))).ShouldBe(["Bar.cs"]);
    }

    [Theory]
    [InlineData("src/a.ts", "import { x } from './b';\nimport y from \"../lib/c.js\";\nconst z = require('./d');\nimport q from 'left-pad';\n",
        "src/b.ts lib/c.ts src/d/index.ts src/left-pad.ts", "src/b.ts lib/c.ts src/d/index.ts")]
    [InlineData("pkg/sub/a.py", "from .b import f\nfrom .. import c\nimport pkg.d\nfrom pkg.e import thing\nimport os\n",
        "pkg/sub/b.py pkg/c.py pkg/d.py pkg/e/__init__.py pkg/os_.py", "pkg/sub/b.py pkg/c.py pkg/d.py pkg/e/__init__.py")]
    [InlineData("src/a.c", "#include <stdio.h>\n#include \"b.h\"\n# include \"net/c.h\"\n", "src/b.h include/net/c.h stdio.h", "src/b.h include/net/c.h")]
    [InlineData("src/main.rs", "mod b;\nmod c { }\nuse crate::d::e::Thing;\nuse std::io;\n", "Cargo.toml src/b.rs src/c.rs src/d/e.rs", "src/b.rs src/d/e.rs")]
    [InlineData("src/d/e.rs", "use super::f::g;\nuse self::h::X;\n", "Cargo.toml src/d/f.rs src/d/e/h.rs", "src/d/f.rs src/d/e/h.rs")]
    [InlineData("src/a/A.java", "import shop.b.B;\nimport java.util.List;\n", "src/shop/b/B.java other/B.java List.java", "src/shop/b/B.java")]
    [InlineData("src/A.php", "use App\\Model\\User;\n", "src/Model/User.php", "src/Model/User.php")]
    [InlineData("lib/a.rb", "require_relative '../lib2/b'\nrequire 'set'\n", "lib2/b.rb set.rb", "lib2/b.rb")]
    public void Imports_are_followed_in_the_workspace(string name, string text, string files, string expected)
    {
        Write(files.Split(' '));
        Related(name, text, TextRange.At(new(0, 0))).Order(StringComparer.Ordinal).ShouldBe(expected.Split(' ').Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Packages_of_the_same_Go_module_are_followed()
    {
        _workspace.Write("go.mod", "module example.com/shop\n\ngo 1.22\n");
        Write("cart/a.go", "cart/a_test.go", "cart/b.go", "fmt/x.go");
        Related("main.go", "import (\n\t\"fmt\"\n\tc \"example.com/shop/cart\"\n)\n").ShouldBe(["cart/a.go", "cart/b.go"]);
    }

    [Fact]
    public void An_import_whose_names_are_used_comes_first()
    {
        Write("a.ts", "b.ts");
        const string text = "import { one } from './a';\nimport { two } from './b';\ntwo();\n";
        Related("x.ts", text, new(new(2, 0), new(3, 0))).ShouldBe(["b.ts", "a.ts"]);
    }

    [Fact]
    public void Secrets_ignored_files_and_files_outside_are_not_taken_along()
    {
        _workspace.Write(".gitignore", "gen.ts\n");
        Write("secrets.ts", "gen.ts", "../out.ts");
        Related("x.ts", "import a from './secrets';\nimport b from './gen';\nimport c from '../out';\nimport d from './x';\n").ShouldBeEmpty();
    }

    [Fact]
    public void A_long_file_comes_as_its_outline_with_what_is_used()
    {
        var members = string.Concat(Enumerable.Range(0, 60).Select(i => $"    public int Member{i}(int a)\n    {{\n        return a * {i} + 1000;\n    }}\n\n"));
        _workspace.Write("Foo.cs", $"class Foo\n{{\n{members}}}\n");
        var snapshot = _workspace.Open("A.cs", "new Foo().Member41(3);");
        var file = RelatedFiles.Find(snapshot, All(snapshot), _workspace.Files).ShouldHaveSingleItem();
        file.Text.Length.ShouldBeLessThanOrEqualTo(4_000);
        file.Text.ShouldContain("public int Member3(int a)");
        file.Text.ShouldContain("return a * 41 + 1000;");
        file.Text.ShouldNotContain("return a * 40 + 1000;");
        file.Reason.ShouldBe("named like Foo in the selection");
    }

    [Fact]
    public void At_most_a_few_files_are_taken_and_the_same_again()
    {
        var names = Enumerable.Range(0, 30).Select(i => $"Type{i:D2}").ToList();
        Write([.. names.Select(name => $"src/{name}.cs")]);
        var snapshot = _workspace.Open("src/A.cs", string.Join(' ', names.AsEnumerable().Reverse()));
        var first = RelatedFiles.Find(snapshot, All(snapshot), _workspace.Files);
        first.Select(file => Path.GetFileName(file.Path)).ShouldBe(["Type00.cs", "Type01.cs", "Type02.cs", "Type03.cs"]);
        RelatedFiles.Find(snapshot, All(snapshot), _workspace.Files).ShouldBe(first);
    }

    [Fact]
    public void A_document_that_is_no_file_has_none() => RelatedFiles
        .Find(new("untitled:a.ts", "typescript", 1, "import './b'"), TextRange.At(new(0, 0)), _workspace.Files).ShouldBeEmpty();

    [Fact]
    public void With_the_setting_open_only_open_documents_are_taken_along()
    {
        Write("Foo.cs", "Bar.cs");
        _workspace.Open("Bar.cs", "class Bar;");
        _workspace.Files.Configure(ContextFiles.Open, []);
        Related("A.cs", "Foo f; Bar b;").ShouldBe(["Bar.cs"]);
    }
}
