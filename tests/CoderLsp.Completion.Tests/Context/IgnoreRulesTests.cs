using CoderLsp.Completion.Context.Ignoring;

namespace CoderLsp.Completion.Tests.Context;

public class IgnoreRulesTests
{
    [Theory]
    [InlineData("a.txt", "a.txt", true)]
    [InlineData("a.txt", "x/y/a.txt", true)]
    [InlineData("/a.txt", "x/a.txt", false)]
    [InlineData("x/a.txt", "x/a.txt", true)]
    [InlineData("x/a.txt", "y/x/a.txt", false)]
    [InlineData("*.o", "x/.o", true)]
    [InlineData("x/*.o", "x/y/a.o", false)]
    [InlineData("a?c", "abc", true)]
    [InlineData("/a?c", "a/c", false)]
    [InlineData("**/foo", "foo", true)]
    [InlineData("**/foo/bar", "x/y/foo/bar", true)]
    [InlineData("foo/**", "foo/x/y", true)]
    [InlineData("foo/**", "foo", false)]
    [InlineData("a/**/b", "a/b", true)]
    [InlineData("a/**/b", "a/x/y/b", true)]
    [InlineData("a/**/b", "a/xb", false)]
    [InlineData("a/**/b/**/c", "a/b/c", true)]
    [InlineData("/a**b", "axxb", true)]
    [InlineData("/a**b", "ax/xb", false)]
    [InlineData("[a-c]x", "bx", true)]
    [InlineData("[!a-c]x", "bx", false)]
    [InlineData("[^a-c]x", "dx", true)]
    [InlineData("[]x]", "]", true)]
    [InlineData("[a-]", "-", true)]
    [InlineData(@"[\]]", "]", true)]
    [InlineData("[[:digit:]_]", "7", true)]
    [InlineData("[[:digit:]_]", "x", false)]
    [InlineData("[[:nothing:]]", "n", false)]
    [InlineData("[abc", "[abc", false)]
    [InlineData("x[/]y", "x/y", false)]
    [InlineData(@"\#a", "#a", true)]
    [InlineData("#a", "#a", false)]
    [InlineData(@"\!a", "!a", true)]
    [InlineData("a  ", "a", true)]
    [InlineData(@"a\ ", "a ", true)]
    [InlineData("a\t", "a", false)]
    [InlineData(@"a\", @"a\", false)]
    [InlineData(@"\*", "x", false)]
    [InlineData(" a", " a", true)]
    [InlineData("é*", "été", true)]
    [InlineData("", "a", false)]
    [InlineData("/", "a", false)]
    [InlineData("!", "a", false)]
    [InlineData("A.TXT", "a.txt", false)]
    public void A_pattern_matches_as_gitignore_says(string pattern, string path, bool ignored) =>
        (IgnoreRules.Of([pattern], ignoreCase: false).Verdict(path, isFolder: false) == true).ShouldBe(ignored);

    [Theory]
    [InlineData("A.TXT", "a.txt")]
    [InlineData("[A-C]*", "bx")]
    [InlineData("*.É", "x.é")]
    public void Where_case_does_not_matter_it_does_not(string pattern, string path)
    {
        IgnoreRules.Of([pattern], ignoreCase: true).Verdict(path, isFolder: false).ShouldBe(true);
        IgnoreRules.Of([pattern], ignoreCase: false).Verdict(path, isFolder: false).ShouldBeNull();
    }

    [Fact]
    public void A_slash_at_the_end_means_folders_only()
    {
        var rules = IgnoreRules.Of(["bin/"], ignoreCase: false);
        rules.Verdict("src/bin", isFolder: true).ShouldBe(true);
        rules.Verdict("src/bin", isFolder: false).ShouldBeNull();
    }

    [Fact]
    public void The_last_pattern_that_matches_decides()
    {
        var rules = IgnoreRules.Parse("*.log\r\n!keep.log\r\n# comment\r\n\r\n/keep.log", ignoreCase: false);
        rules.Verdict("a.log", isFolder: false).ShouldBe(true);
        rules.Verdict("x/keep.log", isFolder: false).ShouldBe(false);
        rules.Verdict("keep.log", isFolder: false).ShouldBe(true);
        rules.Verdict("a.txt", isFolder: false).ShouldBeNull();
    }

    [Theory]
    [InlineData("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b")]
    [InlineData("**/a/**/a/**/a/**/a/**/a/**/a/**/a/**/a/**/b")]
    [InlineData("/**/*a/**/*a/**/*a/**/*a/**/*a/**/*a/**/*a/**/*a/**/*b")]
    public void A_pattern_made_to_backtrack_forever_is_answered(string pattern)
    {
        var path = string.Join('/', Enumerable.Repeat("aaaaaaa", 60));
        IgnoreRules.Of([pattern], ignoreCase: false).Verdict(path, isFolder: false).ShouldBeNull();
    }

    [Fact]
    public void A_very_long_pattern_is_answered() =>
        IgnoreRules.Of(["?" + new string('*', 100_000) + new string('b', 5_000)], ignoreCase: false).Verdict("ab", isFolder: false).ShouldBeNull();
}
