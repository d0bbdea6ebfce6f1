using System.Text.Json;
using System.Text.RegularExpressions;
using CoderLsp.TestSupport;

namespace CoderLsp.Tests.Lsp;

/// <summary>The checker that all messages of the tests pass: it must find what is wrong.</summary>
[Trait("Needs", "Shared")]
public class MetaModelTests
{
    static readonly MetaModel Model = MetaModel.Required;

    static string[] Wrong(string method, string parameters) => [.. Model.CheckParams(method, JsonDocument.Parse(parameters).RootElement).Select(line => $"{line}")];

    static string[] WrongResult(string method, string result) => [.. Model.CheckResult(method, JsonDocument.Parse(result).RootElement).Select(line => $"{line}")];

    [Fact]
    public void The_model_is_that_of_LSP_3_18()
    {
        // What the LSP 3.18 has; a generator that loses messages would make the checks blind.
        Model.Requests.Keys.Count(method => !method.StartsWith("coderlsp/", StringComparison.Ordinal)).ShouldBe(69);
        Model.Notifications.Keys.ShouldContain("$/logTrace");
        Model.Requests.Keys.ShouldContain("textDocument/inlineCompletion");
        Model.Requests.Keys.ShouldContain("workspace/textDocumentContent");
        Model.Structure("ServerCapabilities").ShouldNotBeNull();
    }

    [Theory]
    [InlineData("textDocument/didOpen", """{"textDocument":{"uri":"untitled:1","languageId":"x","version":-1,"text":""}}""")]
    [InlineData("textDocument/didChange", """{"textDocument":{"uri":"file:///a","version":1},"contentChanges":[{"text":""},{"text":"","range":{"start":{"line":0,"character":0},"end":{"line":0,"character":0}}}]}""")]
    [InlineData("initialize", """{"processId":null,"rootUri":null,"capabilities":{"general":{"positionEncodings":["utf-8","own"]},"experimental":{"x":[1]}},"initializationOptions":7,"workspaceFolders":null}""")]
    [InlineData("window/showMessage", """{"type":5,"message":"debug"}""")]
    [InlineData("$/progress", """{"token":"t","value":{"kind":"begin"}}""")]
    [InlineData("shutdown", "null")]
    [InlineData("coderlsp/status", """{"state":"ready","memoryMegabytes":1.5}""")]
    public void What_the_LSP_allows_is_right(string method, string parameters) => Wrong(method, parameters).ShouldBeEmpty();

    [Theory]
    [InlineData("textDocument/didClose", """{}""", "params.textDocument is missing")]
    [InlineData("textDocument/didClose", """{"textDocument":{"uri":"a.py"}}""", "params.textDocument.uri is \"a.py\", not a URI")]
    [InlineData("textDocument/didClose", """{"textDocument":{"uri":"file:///a","version":1}}""", "params.textDocument.version is unknown")]
    [InlineData("textDocument/didClose", """[1]""", "params is [1], not an object")]
    [InlineData("textDocument/inlineCompletion", """{"textDocument":{"uri":"file:///a"},"position":{"line":-1,"character":0},"context":{"triggerKind":1}}""", "params.position.line is -1, not an integer from 0 to 2^31 - 1")]
    [InlineData("textDocument/inlineCompletion", """{"textDocument":{"uri":"file:///a"},"position":{"line":0,"character":2147483648},"context":{"triggerKind":1}}""", "params.position.character is 2147483648, not an integer from 0 to 2^31 - 1")]
    [InlineData("textDocument/inlineCompletion", """{"textDocument":{"uri":"file:///a"},"position":{"line":0,"character":0},"context":{"triggerKind":0}}""", "params.context.triggerKind is 0, not one of InlineCompletionTriggerKind")]
    [InlineData("textDocument/inlineCompletion", """{"textDocument":{"uri":"file:///a"},"position":{"line":0,"character":0},"context":{"triggerKind":1,"selectedCompletionInfo":null}}""", "params.context.selectedCompletionInfo is null, not an object")]
    [InlineData("window/showMessage", """{"type":1.5,"message":""}""", "params.type is 1.5, not an integer from 0 to 2^31 - 1")]
    [InlineData("window/showMessage", """{"type":1,"message":null}""", "params.message is null, not a string")]
    [InlineData("exit", """{"x":1}""", "exit has no params")]
    [InlineData("textDocument/nonsense", "{}", "textDocument/nonsense is no message of the LSP, nor one of tests/metamodel/own-messages.json")]
    [InlineData("coderlsp/status", """{"state":"happy"}""", "params.state is \"happy\", not one of ServerState")]
    [InlineData("workspace/applyEdit", """{"edit":{"changes":{"a.py":[]}}}""", "params.edit.changes has the key 'a.py', which is no URI")]
    public void What_it_does_not_allow_is_found(string method, string parameters, string expected) =>
        Wrong(method, parameters).ShouldHaveSingleItem().ShouldEndWith(expected);

    [Theory]
    [InlineData("""[{"insertText":"x"}]""")]
    [InlineData("""{"items":[{"insertText":{"kind":"snippet","value":"$0"},"range":{"start":{"line":0,"character":0},"end":{"line":0,"character":0}},"command":{"title":"t","command":"c","arguments":[{}]}}]}""")]
    [InlineData("null")]
    public void A_result_may_be_any_of_its_alternatives(string result) => WrongResult("textDocument/inlineCompletion", result).ShouldBeEmpty();

    [Theory]
    [InlineData("""{"items":[{"insertText":"x","range":{"start":{"line":0,"character":0}}}]}""", "items[0].range.end is missing")]
    [InlineData("""{"items":[{"insertText":"x","colour":"red"}]}""", "items[0].colour is unknown")]
    [InlineData("""{"items":[{"insertText":{"kind":"plain","value":"x"}}]}""", "insertText.kind is \"plain\", not \"snippet\"")]
    public void The_mistake_in_the_alternative_that_was_meant_is_told(string result, string expected) =>
        WrongResult("textDocument/inlineCompletion", result).ShouldHaveSingleItem().ShouldEndWith(expected);

    [Fact]
    public async Task A_client_refuses_what_a_server_says_wrongly()
    {
        foreach (var wrong in new[]
        {
            """{"jsonrpc":"2.0","method":"window/showMessage","params":{"type":9,"message":""}}""",
            """{"jsonrpc":"2.0","id":1,"result":[]}""",
            """{"jsonrpc":"2.0","id":1,"result":null,"error":{"code":1,"message":""}}""",
            """{"jsonrpc":"2.0","id":1,"error":{"code":"x","message":""}}""",
            """{"jsonrpc":"2.0","id":7,"method":"workspace/configuration","params":{}}""",
        })
        {
            var output = new System.IO.Pipelines.Pipe();
            var client = new LspTestClient(Stream.Null, output.Reader.AsStream(), Model);
            await client.StartAsync("initialize", new { processId = (int?)null, rootUri = (string?)null, capabilities = new { } });
            await output.Writer.WriteAsync(LspTestClient.Frame(wrong));
            await output.Writer.CompleteAsync();
            (await Should.ThrowAsync<InvalidDataException>(client.EndOfOutputAsync, wrong)).Message.ShouldContain("Not as the LSP has it");
        }
    }

    [Fact]
    public async Task A_careful_client_sends_nothing_wrong()
    {
        var client = new LspTestClient(Stream.Null, Stream.Null, Model, isCareful: true);
        await Should.ThrowAsync<InvalidDataException>(() => client.NotifyAsync("textDocument/didOpen", new { textDocument = new { uri = "file:///a" } }));
        client.IsCareful = false;
        await client.NotifyAsync("textDocument/didOpen", new { textDocument = new { uri = "file:///a" } });
    }

    [Fact]
    public void Every_message_of_our_own_on_the_protocol_page_is_known()
    {
        var page = File.ReadAllText(TestData.InRepository("docs", "protocol.md"));
        var named = Regex.Matches(page, @"`((?:coderlsp/\w+)|textDocument/did(?:Show|PartiallyAccept)Completion)`").Select(match => match.Groups[1].Value);
        named.Except([.. Model.Requests.Keys, .. Model.Notifications.Keys]).ShouldBeEmpty();
    }
}
