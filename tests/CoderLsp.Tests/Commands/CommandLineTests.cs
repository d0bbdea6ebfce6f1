namespace CoderLsp.Tests.Commands;

public class CommandLineTests
{
    [Fact]
    public async Task The_version_goes_to_stdout()
    {
        var run = await RunResult.OfAsync("--version");
        run.Status.ShouldBe(0);
        run.Out.ShouldStartWith("0.");
        run.Error.ShouldBeEmpty();
    }

    [Fact]
    public async Task Help_names_the_common_options()
    {
        var run = await RunResult.OfAsync("--help");
        run.Status.ShouldBe(0);
        foreach (var option in (string[])["--model", "--threads", "--context-tokens", "--cache-type", "--config", "--log-level"]) run.Out.ShouldContain(option);
    }

    [Fact]
    public async Task An_unknown_option_is_wrong_usage_with_nothing_on_stdout()
    {
        var run = await RunResult.OfAsync("--thraeds", "3");
        run.Status.ShouldBe(2);
        run.Out.ShouldBeEmpty();
        run.Error.ShouldContain("--thraeds");
        run.Error.ShouldContain("Did you mean '--threads'?");
        run.Error.ShouldContain("coderlsp --help");
    }

    [Theory]
    [InlineData]
    [InlineData("lsp")]
    public async Task Started_by_hand_it_says_what_it_is_instead_of_waiting(params string[] args)
    {
        var run = await RunResult.OfAsync("", args, inIsTerminal: true);
        run.Status.ShouldBe(0);
        run.Out.ShouldContain("It is a language server");
        run.Out.ShouldContain("coderlsp complete FILE:LINE:COLUMN");
    }

    [Theory]
    [InlineData("--threads", "none")]
    [InlineData("lsp", "--log-level", "loud")]
    public async Task A_wrong_option_ends_the_server_before_it_serves(params string[] args)
    {
        var run = await RunResult.OfAsync(args);
        run.Status.ShouldBe(2);
        run.Error.ShouldContain("it must be");
    }
}
