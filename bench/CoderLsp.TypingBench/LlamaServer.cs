using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace CoderLsp.TypingBench;

/// <summary>llama.cpp's server, asked as llama.vim does: <c>/infill</c> with 256 lines before the cursor and 64 behind it.</summary>
sealed class LlamaServer : ICompletionServer
{
    const int LinesBefore = 256, LinesBehind = 64; // n_prefix, n_suffix of llama.vim

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    readonly Process _process;
    readonly HttpClient _http;
    readonly int _tokens;

    LlamaServer(Process process, HttpClient http, int tokens) => (_process, _http, _tokens) = (process, http, tokens);

    public string Name => "llama-server";

    public int ProcessId => _process.Id;

    /// <param name="program">The executable, or what starts it.</param>
    /// <param name="options">Besides model, address, threads, context and batches.</param>
    /// <param name="context">Tokens of a prompt, at most: <c>/infill</c> cuts its parts to one batch.</param>
    /// <param name="tokens">Length of every answer.</param>
    /// <exception cref="InvalidOperationException">It ended, or was not ready in time.</exception>
    public static async Task<LlamaServer> StartAsync(
        string program, string model, IEnumerable<string> options, int threads, int context, int tokens, CancellationToken cancellation)
    {
        var port = FreePort();
        var process = Process.Start(new ProcessStartInfo(program,
        [
            "-m", model, "--host", "127.0.0.1", "--port", $"{port}", "-t", $"{threads}", "-c", $"{2 * context}", "-b", $"{context}", "-ub", $"{context}",
            "-np", "1", .. options,
        ]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var http = new HttpClient { BaseAddress = new($"http://127.0.0.1:{port}"), Timeout = Patience };
        var server = new LlamaServer(process, http, tokens);
        for (var clock = Stopwatch.StartNew(); !await server.IsReadyAsync(cancellation); await Task.Delay(200, cancellation))
            if (process.HasExited || clock.Elapsed > Patience)
            {
                await server.DisposeAsync();
                throw new InvalidOperationException($"{program} did not become ready.");
            }

        return server;
    }

    public Task OpenAsync(Trace trace, CancellationToken cancellation) => Task.CompletedTask;

    public async Task<Answer> AskAsync(Typist typist, TextChange change, CancellationToken cancellation)
    {
        using var request = new StringContent(Request(typist.Text, typist.Cursor).ToJsonString(), Encoding.UTF8, "application/json");
        var clock = Stopwatch.StartNew();
        using var response = await _http.PostAsync("infill", request, cancellation);
        response.EnsureSuccessStatusCode();
        var body = await response.Content.ReadAsStringAsync(cancellation);
        var time = clock.Elapsed;
        var answer = JsonNode.Parse(body)!;
        var (computed, generated) = ((int)answer["timings"]!["prompt_n"]!, (int)answer["timings"]!["predicted_n"]!);
        if (generated != _tokens) throw new InvalidDataException($"{Name} generated {generated} tokens in place of {_tokens}.");
        return new((string)answer["content"]!, time, new((int)answer["tokens_evaluated"]!, computed, generated, FromMemory: false));
    }

    public Task AcceptedAsync(CancellationToken cancellation) => Task.CompletedTask;

    public Task CloseAsync(CancellationToken cancellation) => Task.CompletedTask;

    public Task<Origins> OriginsAsync(CancellationToken cancellation) => Task.FromResult(default(Origins));

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _http.Dispose();
    }

    /// <summary>
    /// As llama.vim's <c>s:fim_ctx_local</c> and <c>llama#fim</c> make it, but that the answer has a fixed length: no bound on its time, and
    /// without the sampler <c>infill</c>, which would end it.
    /// </summary>
    JsonObject Request(string text, int cursor)
    {
        var lines = text.Split('\n');
        var line = text.AsSpan(0, cursor).Count('\n');
        var column = cursor - (text.AsSpan(0, cursor).LastIndexOf('\n') + 1);
        var blank = string.IsNullOrWhiteSpace(lines[line]);
        return new()
        {
            ["id_slot"] = 0,
            ["input_prefix"] = string.Join('\n', lines[Math.Max(0, line - LinesBefore)..line]) + "\n",
            ["input_suffix"] = (blank ? "" : lines[line][column..]) + "\n" + string.Join('\n', lines.Skip(line + 1).Take(LinesBehind)) + "\n",
            ["input_extra"] = new JsonArray(),
            ["prompt"] = blank ? "" : lines[line][..column],
            ["n_predict"] = _tokens,
            ["ignore_eos"] = true,
            ["stop"] = new JsonArray(),
            ["n_indent"] = blank ? 0 : lines[line].Length - lines[line].TrimStart().Length,
            ["top_k"] = 40,
            ["top_p"] = 0.90,
            ["samplers"] = new JsonArray("top_k", "top_p"),
            ["stream"] = false,
            ["cache_prompt"] = true,
        };
    }

    async Task<bool> IsReadyAsync(CancellationToken cancellation)
    {
        try
        {
            using var response = await _http.GetAsync("health", cancellation);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // it does not listen yet
        }
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
