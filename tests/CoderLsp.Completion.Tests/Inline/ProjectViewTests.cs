using CoderLsp.Completion.Context;
using CoderLsp.Completion.Documents;
using CoderLsp.Completion.Inline;
using CoderLsp.Completion.Prompts;
using CoderLsp.Completion.Tests.Context;

namespace CoderLsp.Completion.Tests.Inline;

public sealed class ProjectViewTests : IDisposable
{
    const string Invoices = "var invoice = LoadInvoice(customer);\nSendInvoice(invoice, printer);\nArchiveInvoice(invoice);\n";
    const string Matrices = "var matrix = ReadMatrix(stream);\nTransposeMatrix(matrix);\nStoreMatrix(matrix, solver);\n";

    readonly TemporaryWorkspace _workspace = new();
    readonly ProjectContext _project;
    readonly Clock _time = new();
    readonly FakeModel _model = new();
    readonly InlineCompleter _completer;

    public ProjectViewTests()
    {
        _project = new(_workspace.Files, _workspace);
        _completer = new(_model, time: _time);
        _workspace.Write("src/invoices.cs", Invoices);
        _workspace.Write("src/matrices.cs", Matrices);
        _completer.ReadProject(_project, _workspace.Root, TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        _completer.Dispose();
        _project.Dispose();
        _workspace.Dispose();
    }

    [Fact]
    public void A_prompt_begins_with_what_resembles_the_code_at_the_cursor()
    {
        var prompt = PromptAt("var invoice = LoadInvoice(customer);\nSendInvoice(|");
        _model.Decode(prompt.Tokens).ShouldBe(
            $"<BOS>// src/invoices.cs\n{Invoices}// new.cs\n<PRE>var invoice = LoadInvoice(customer);\n<SUF><MID>SendInvoice");
        prompt.Parts.Sum(part => part.Tokens).ShouldBe(prompt.Tokens.Count);
        var source = prompt.Parts[1].Source.ShouldNotBeNull();
        (source.Path, source.FirstLine, source.LastLine).ShouldBe(("src/invoices.cs", 1, 3));
    }

    [Fact]
    public void Where_nothing_is_like_it_the_prompt_is_that_of_the_document_alone() =>
        _model.Decode(PromptAt("class Unlike\n{\n    |").Tokens).ShouldBe("<BOS><PRE>class Unlike\n{\n<SUF><MID>");

    [Fact]
    public void Typing_changes_nothing_of_what_stands_before_the_document()
    {
        var typed = "";
        var first = Front(PromptAt("var invoice = LoadInvoice(customer);\n|"));
        foreach (var c in "var matrix = ReadMatrix(stream);\nTransposeMatrix(matrix);")
        {
            _time.Advance(TimeSpan.FromSeconds(2));
            typed += c;
            Front(PromptAt($"var invoice = LoadInvoice(customer);\n{typed}|")).ShouldBe(first);
        }
    }

    [Fact]
    public void It_changes_when_the_cursor_rests_in_another_place_that_something_else_resembles_more()
    {
        const string Text = "var invoice = LoadInvoice(customer);\nSendInvoice(invoice, printer);\n{0}" + "{1}var matrix = ReadMatrix(stream);\nTransposeMatrix(matrix);\n{2}";
        var gap = new string('\n', 30);
        string At(int place) => string.Format(System.Globalization.CultureInfo.InvariantCulture, Text, place == 0 ? "|" : "", gap, place == 1 ? "|" : "");
        var invoices = Front(PromptAt(At(0)));
        invoices.ShouldContain("src/invoices.cs");
        Front(PromptAt(At(1))).ShouldBe(invoices);
        _time.Advance(TimeSpan.FromSeconds(2));
        Front(PromptAt(At(1))).ShouldContain("src/matrices.cs");
    }

    [Fact]
    public void A_prompt_that_is_computed_ahead_is_the_one_that_is_asked_with_then()
    {
        var request = Request("var invoice = LoadInvoice(customer);\n|");
        var ahead = _completer.PromptAhead(request.Snapshot, request.Snapshot.OffsetOf(request.Position), request.Options, _project);
        ahead.Tokens.ShouldBe(_completer.PromptFor(request).Tokens);
        _model.Decode(ahead.Tokens).ShouldContain("invoices.cs");
        // What may never be asked changes nothing for what is.
        _time.Advance(TimeSpan.FromSeconds(2));
        Front(_completer.PromptFor(Request("var matrix = ReadMatrix(stream);\n|") with { Ahead = true })).ShouldContain("invoices.cs");
    }

    [Fact]
    public void The_setting_takes_effect_at_once()
    {
        const string Document = "var invoice = LoadInvoice(customer);\n|";
        Front(PromptAt(Document)).ShouldContain("invoices.cs");
        _workspace.Files.Configure(ContextFiles.Off, []);
        Front(PromptAt(Document)).ShouldBe("<BOS>");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Only_a_small_model_is_told_what_followed_elsewhere(bool small)
    {
        var model = new FakeModel(answer: "x") { IsSmall = small };
        using var completer = new InlineCompleter(model, time: _time);
        await completer.CompleteAsync(Request("var invoice = |"), TestContext.Current.CancellationToken);
        (model.LastRequest!.Expectation is not null).ShouldBe(small);
        await completer.CompleteAsync(Request("var invoice = |") with { Project = null }, TestContext.Current.CancellationToken);
        model.LastRequest!.Expectation.ShouldBeNull();
    }

    [Theory]
    [InlineData(InfillOrder.None)]
    [InlineData(InfillOrder.PrefixFirst)]
    [InlineData(InfillOrder.SuffixFirst)]
    public void Prompts_stay_within_their_budget_in_every_order(InfillOrder order)
    {
        _workspace.Write("src/long.cs", string.Concat(Enumerable.Range(0, 40).Select(i => $"invoice.Add(customer, {i});\n")));
        using var completer = new InlineCompleter(new FakeModel(order, contextTokens: 700), time: _time);
        completer.ReadProject(_project, _workspace.Root, TestContext.Current.CancellationToken);
        var text = string.Concat(Enumerable.Repeat("invoice.Add(customer, 1);\n", 200));
        var prompt = completer.PromptFor(Request(text + "|" + text));
        prompt.Tokens.Count.ShouldBeLessThanOrEqualTo(700 - 64);
        prompt.Parts.ShouldContain(part => part.Name == "similar" && part.Tokens <= 100);
    }

    Prompt PromptAt(string marked) => _completer.PromptFor(Request(marked));

    InlineRequest Request(string marked)
    {
        var cursor = marked.IndexOf('|');
        var snapshot = new TextSnapshot(DocumentUri.Of(_workspace.PathOf("new.cs")), "csharp", 1, marked.Remove(cursor, 1));
        return new(snapshot, snapshot.PositionOf(cursor), InlineTrigger.Automatic, new(), Project: _project);
    }

    string Front(Prompt prompt) => _model.Decode(prompt.Tokens.Take(prompt.Parts.TakeWhile(part => part.Name is "begin" or "similar" or "path").Sum(part => part.Tokens)));

    sealed class Clock : TimeProvider
    {
        TimeSpan _now = TimeSpan.FromHours(1);

        public void Advance(TimeSpan by) => _now += by;

        public override long GetTimestamp() => _now.Ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;
    }
}
