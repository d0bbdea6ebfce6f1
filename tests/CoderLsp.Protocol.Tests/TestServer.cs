using System.IO.Pipelines;
using CoderLsp.Protocol.Messages;
using CoderLsp.Protocol.Rpc;
using CoderLsp.TestSupport;

namespace CoderLsp.Protocol.Tests;

/// <summary>A connection with some handlers to test it by, and the client at its other end.</summary>
sealed class TestServer : IAsyncDisposable
{
    readonly Pipe _toClient = new();
    readonly RpcConnection _connection;

    public TestServer(long maxMessageBytes = 1 << 20)
    {
        var toServer = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        _connection = new RpcConnection(
            toServer.Reader.AsStream(), _toClient.Writer.AsStream(), LspJson.Default, new RpcOptions(Write, maxMessageBytes));
        Client = new LspTestClient(toServer.Writer.AsStream(), _toClient.Reader.AsStream());
        _connection.OnRequest<InitializeParams, InitializedParams>("initialize", (_, _) => Task.FromResult(new InitializedParams()));
        _connection.OnRequest<object?>("shutdown", _ => Task.FromResult<object?>(null));
        _connection.OnRequest<MessageParams, MessageParams>("test/echo", (message, _) => Task.FromResult(message));
        _connection.OnRequest<MessageParams, MessageParams>("test/hang", async (message, cancellation) =>
        {
            Hanging.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellation);
            return message;
        });
        _connection.OnRequest<MessageParams, MessageParams>("test/untilClosing", async (message, _) =>
        {
            await Task.Delay(Timeout.Infinite, _connection.Closing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return message;
        });
        _connection.OnRequest<MessageParams, MessageParams>("test/throw", (message, _) => throw new InvalidOperationException(message.Message));
        _connection.OnRequest<MessageParams, MessageParams>("test/refuse",
            (_, _) => throw new RequestFailedException(ErrorCode.InvalidParams, "not today"));
        _connection.OnRequest<MessageParams, MessageParams>("test/askClient", (message, cancellation) =>
            _connection.RequestAsync<MessageParams, MessageParams>("client/question", message, cancellation));
        _connection.OnNotification<MessageParams>("test/note", message =>
        {
            if (message.Message == "throw") throw new InvalidOperationException("secret");
            Notes.Add(message.Message);
        }, unreadable => Unreadable.Add(unreadable.GetRawText()));
        _connection.OnRequest<MessageParams, MessageParams>("test/notes", (_, _) =>
            Task.FromResult(new MessageParams(MessageType.Log, string.Join(",", Notes))));
        Running = RunAsync();
    }

    public LspTestClient Client { get; }

    public Task Running { get; }

    public bool IsShutDown => _connection.IsShutDown;

    /// <summary>Set when a <c>test/hang</c> has begun.</summary>
    public TaskCompletionSource Hanging { get; } = new();

    public List<string> Notes { get; } = [];

    public List<string> Unreadable { get; } = [];

    public List<string> Log { get; } = [];

    public static object Message(string text) => new { type = 4, message = text };

    public static async Task<TestServer> InitializedAsync(long maxMessageBytes = 1 << 20)
    {
        var server = new TestServer(maxMessageBytes);
        await server.Client.CallAsync("initialize", new { });
        return server;
    }

    public Task NotifyClientAsync(string text) => _connection.NotifyAsync("window/logMessage", new MessageParams(MessageType.Log, text));

    public async ValueTask DisposeAsync()
    {
        _connection.Close();
        await Running;
        await Client.DisposeAsync();
    }

    async Task RunAsync()
    {
        await _connection.RunAsync();
        _connection.Dispose();
        await _toClient.Writer.CompleteAsync();
    }

    void Write(string line)
    {
        lock (Log) Log.Add(line);
    }
}

static class ReplyAssertions
{
    public static int ErrorCode(this System.Text.Json.JsonElement reply) => reply.GetProperty("error").GetProperty("code").GetInt32();

    public static string ErrorText(this System.Text.Json.JsonElement reply) => reply.GetProperty("error").GetProperty("message").GetString()!;

    public static string EchoedText(this System.Text.Json.JsonElement reply) => reply.GetProperty("result").GetProperty("message").GetString()!;
}
