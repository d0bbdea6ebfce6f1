using System.Text;
using CoderLsp.Commands;
using CoderLsp.Completion;
using CoderLsp.Configuration;
using CoderLsp.Models.Loading;
using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace CoderLsp.Tests.Commands;

/// <summary>A command line run in this process with chat models that the test writes, on a pipe or on a terminal.</summary>
sealed class ActionRun(params (string Name, IChatModel Model)[] models) : IModelPlans
{
    readonly StringBuilder _out = new();
    readonly StringBuilder _error = new();
    Action? _interrupt;

    public ActionRun(IChatModel model) : this(("scripted", model))
    {
    }

    public TextReader In { get; init; } = TextReader.Null;

    public bool InIsTerminal { get; init; }

    public bool OutIsTerminal { get; init; }

    public int Width { get; init; } = 60;

    public bool NoColor { get; init; }

    public string Out => Text(_out);

    public string Error => Text(_error);

    /// <summary>What happens while a model is loaded.</summary>
    public Action<string>? Loading { get; init; }

    /// <summary>What happens as soon as a text is shown beside the results.</summary>
    public Action<string>? Showing { get; init; }

    /// <summary>Presses Ctrl-C.</summary>
    public void Interrupt() => _interrupt!();

    public Task<int> RunAsync(params string[] args) => CommandLine.RunAsync(args, new()
    {
        Out = new LockedWriter(_out), Error = new LockedWriter(_error, Showing), In = In, InIsTerminal = InIsTerminal,
        OutIsTerminal = OutIsTerminal, Width = OutIsTerminal ? Width : int.MaxValue, Ansi = AnsiSupport.Yes, NoColor = NoColor,
        LogLevel = LogLevel.Information,
        OnInterrupt = action =>
        {
            _interrupt = action;
            return new Registration(() => _interrupt = null);
        },
    }, this);

    public ModelPlan<LoadedCompletion> Completion(CoderLspSettings settings, Func<IEnumerable<ModelMemory>> loaded) => throw new NotSupportedException();

    public ModelPlan<LoadedChat>? Chat(CoderLspSettings settings, Func<IEnumerable<ModelMemory>> loaded) =>
        settings.ChatModel is not { } name ? null : new(name, "chatModel", _ => false, () => Find(name), (_, _) =>
        {
            var found = Find(name) ?? throw new UserException($"There is no model {name}.");
            Loading?.Invoke(name);
            return new(found);
        });

    IChatModel? Find(string name) => models.FirstOrDefault(model => model.Name == name).Model;

    static string Text(StringBuilder text)
    {
        lock (text) return text.ToString();
    }

    /// <summary>What a test reads while the command writes.</summary>
    sealed class LockedWriter : TextWriter
    {
        readonly StringBuilder _text;
        readonly Action<string>? _written;

        public LockedWriter(StringBuilder text, Action<string>? written = null) => (_text, _written, NewLine) = (text, written, "\n");

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value)
        {
            lock (_text) _text.Append(value);
        }

        public override void Write(string? value)
        {
            lock (_text) _text.Append(value);
            _written?.Invoke(value ?? "");
        }
    }

    sealed class Registration(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}

/// <summary>A folder for a test's files.</summary>
sealed class TestFolder : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("coderlsp-");

    public string Path => _folder.FullName;

    public string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    public string Write(string name, byte[] bytes)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
