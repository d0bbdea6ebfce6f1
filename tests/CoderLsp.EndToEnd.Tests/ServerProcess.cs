using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using CoderLsp.TestSupport;

namespace CoderLsp.EndToEnd.Tests;

/// <summary>
/// The built executable as an editor starts it: <c>CODERLSP_EXECUTABLE</c>, else the one that was built with these tests. Nothing of
/// the user's configuration reaches it.
/// </summary>
sealed class ServerProcess : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly Process _process;
    readonly StringBuilder _errors = new();
    readonly string _folder = Directory.CreateTempSubdirectory("coderlsp-test-").FullName;

    public ServerProcess(params string[] arguments)
    {
        var start = new ProcessStartInfo(Executable, arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder,
        };
        foreach (var variable in start.Environment.Keys.Where(name => name.StartsWith("CODERLSP_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(variable);
        foreach (var variable in (ReadOnlySpan<string>)["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"])
            start.Environment[variable] = _folder;
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_errors) _errors.AppendLine(line.Data);
        };
        _process.BeginErrorReadLine();
        Client = new LspTestClient(_process.StandardInput.BaseStream, _process.StandardOutput.BaseStream, MetaModel.IfGiven, isCareful: true);
    }

    /// <summary>The executable under test.</summary>
    public static string Executable { get; } = Environment.GetEnvironmentVariable("CODERLSP_EXECUTABLE") is { Length: > 0 } given ? given : Built();

    public LspTestClient Client { get; }

    public long PrivateBytes
    {
        get
        {
            _process.Refresh();
            return _process.PrivateMemorySize64;
        }
    }

    /// <summary>What the server has written to standard error so far.</summary>
    public string Errors
    {
        get
        {
            lock (_errors) return _errors.ToString();
        }
    }

    public static async Task<ServerProcess> InitializedAsync(object? initializationOptions = null)
    {
        var server = new ServerProcess();
        await server.InitializeAsync(initializationOptions);
        return server;
    }

    public async Task<JsonElement> InitializeAsync(object? initializationOptions = null)
    {
        var reply = await Client.CallAsync("initialize",
            new { processId = Environment.ProcessId, rootUri = (string?)null, capabilities = new { workspace = new { applyEdit = true } }, initializationOptions });
        await Client.NotifyAsync("initialized", new { });
        return reply;
    }

    public Task OpenAsync(string uri, string languageId, string text) =>
        Client.NotifyAsync("textDocument/didOpen", new { textDocument = new { uri, languageId, version = 1, text } });

    /// <summary>Waits for the process to end by itself.</summary>
    /// <returns>Its exit status.</returns>
    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        await Client.EndOfOutputAsync();
        return _process.ExitCode;
    }

    /// <summary>Shuts the server down as the LSP says.</summary>
    public async Task<int> ShutDownAsync()
    {
        await Client.CallAsync("shutdown");
        await Client.NotifyAsync("exit");
        return await ExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Client.ThrowIfServerWasWrong();
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    static string Built()
    {
        // .../tests/CoderLsp.EndToEnd.Tests/bin/CONFIGURATION/net10.0/
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var output = Path.Combine(TestData.Repository, "src", "CoderLsp", "bin", configuration, "net10.0", RuntimeInformation.RuntimeIdentifier);
        var name = OperatingSystem.IsWindows() ? "coderlsp.exe" : "coderlsp";
        var path = Path.Combine(output, name);
        return File.Exists(path) ? path : throw new FileNotFoundException($"The executable is not built: {path}");
    }
}
