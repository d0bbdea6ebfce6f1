using CoderLsp.Commands.Actions;
using CoderLsp.Commands.Terminal;
using CoderLsp.Completion.Chat;
using CoderLsp.Completion.Documents;
using CoderLsp.Models.Loading;
using Microsoft.Extensions.Logging;

namespace CoderLsp.Commands.Chat;

/// <summary>A conversation at a terminal, or one question from a pipe.</summary>
sealed class ChatTerminal : IDisposable
{
    const string Help =
        """
        /file F     takes a file along, or lines of one: /file a.cs:10-30; again, when it has changed
        /model M    goes on with another model: a name or a path
        /clear      forgets what was said; the files stay
        /exit       ends the chat, as Ctrl-D does
        A line that ends with a backslash goes on in the next one. Ctrl-C stops an answer.
        """;

    static readonly string[] Names = ["/file", "/model", "/clear", "/help", "/exit", "/quit"];

    readonly CommandContext _context;
    readonly CommandOutput _output;
    readonly IModelPlans _models;
    readonly Conversation _conversation;
    readonly QuestionReader _questions;
    readonly IDisposable _interrupts;
    readonly Lock _gate = new();
    LoadedChat? _loaded;
    // Of the model that answers, which stay when it has to go: what it calls itself, and what it was asked for by (null: the settings).
    string? _name, _askedFor;
    CancellationTokenSource? _work;

    public ChatTerminal(CommandContext context, IModelPlans models)
    {
        (_context, _output, _models) = (context, context.Output, models);
        _conversation = new(context.Settings.Chat);
        _questions = new(_output);
        _interrupts = _output.OnInterrupt(Interrupt);
    }

    /// <summary>Takes a file along.</summary>
    /// <exception cref="SourceFileException">It cannot be read.</exception>
    public void AddFile(string place)
    {
        var lines = FileLines.Parse(place);
        var snapshot = SourceFile.Read(lines.File);
        var range = lines.RangeIn(snapshot);
        var name = ProjectFiles.NameOf(lines.File, Environment.CurrentDirectory);
        _conversation.Add(Path.GetFullPath(lines.File), Attachment.Of(name, snapshot, lines.First is null ? null : range));
    }

    /// <summary>One question, the whole input; Ctrl-C ends it.</summary>
    public async Task<int> AnswerInputAsync()
    {
        var question = (await _output.In.ReadToEndAsync()).Trim();
        if (question.Length == 0) throw new UserException("The input is empty. Write a question to it.");
        return await InterruptibleAsync(async cancellation =>
        {
            await LoadAsync(null, cancellation);
            await AnswerAsync(question, cancellation);
        }) ? ExitStatus.Done : ExitStatus.Cancelled;
    }

    /// <summary>Questions and answers until the user leaves.</summary>
    public async Task<int> RunAsync()
    {
        if (!await InterruptibleAsync(cancellation => LoadAsync(null, cancellation))) return ExitStatus.Cancelled;
        Say($"This is {_name}. /help says what else you can type, Ctrl-D ends the chat.");
        while (await _questions.ReadAsync() is { } question)
        {
            if (question is "/exit" or "/quit") break;
            try
            {
                if (!await InterruptibleAsync(cancellation => DoAsync(question, cancellation))) Say("Stopped.");
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // One question failed; the conversation goes on.
                Say($"coderlsp: {CommandLine.Explain(e)}");
            }
        }
        return ExitStatus.Done;
    }

    public void Dispose()
    {
        _interrupts.Dispose();
        Release();
    }

    Task DoAsync(string typed, CancellationToken cancellation)
    {
        if (!typed.StartsWith('/')) return AnswerAsync(typed, cancellation);
        var space = typed.IndexOfAny([' ', '\t', '\n']);
        var (name, rest) = space < 0 ? (typed, "") : (typed[..space], typed[space..].Trim());
        switch (name)
        {
            case "/model" when rest.Length > 0: return SwitchAsync(rest, cancellation);
            case "/file" when rest.Length > 0:
                AddFile(rest);
                Say($"Files: {string.Join(", ", _conversation.Files)}");
                break;
            case "/clear":
                _conversation.Clear();
                Say("Forgotten.");
                break;
            default:
                Say(name switch
                {
                    "/help" => Help,
                    "/model" => $"This is {_name}. Write /model NAME for another one.",
                    "/file" => _conversation.Files.Any() ? $"Files: {string.Join(", ", _conversation.Files)}" : "No files yet. Write /file NAME.",
                    _ => $"There is no {name}.{ClosestName.Hint(name, Names)} /help lists what there is.",
                });
                break;
        }
        return Task.CompletedTask;
    }

    async Task AnswerAsync(string question, CancellationToken cancellation)
    {
        if (_loaded is null) await LoadAsync(_askedFor, cancellation);
        await Answer.WriteAsync(_output, _conversation.AskAsync(question, _loaded!.Model, cancellation), cancellation);
        if (_conversation.CutOff) _output.Log(LogLevel.Warning, "the answer was cut off at its limit; --max-tokens or chat.maxTokens raises it.");
    }

    async Task SwitchAsync(string model, CancellationToken cancellation)
    {
        // Both at once may be more than the memory takes. One that is not there takes none, and costs nobody the model that is.
        if (_context.FindsChatModel(_models, model)) Release();
        try
        {
            await LoadAsync(model, cancellation);
        }
        catch
        {
            if (_loaded is null) Say($"The next question goes to {_name} again.");
            throw;
        }
        Say($"This is {_name}.");
    }

    async Task LoadAsync(string? model, CancellationToken cancellation)
    {
        var loaded = await _context.LoadChatModelAsync(_models, model, cancellation);
        Release();
        (_loaded, _name, _askedFor) = (loaded, loaded.Model.Name, model);
    }

    void Release()
    {
        _loaded?.Dispose();
        _loaded = null;
    }

    /// <summary>Does something that Ctrl-C stops; false when it did.</summary>
    async Task<bool> InterruptibleAsync(Func<CancellationToken, Task> work)
    {
        using var stopping = new CancellationTokenSource();
        lock (_gate) _work = stopping;
        try
        {
            await work(stopping.Token);
            return true;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            lock (_gate) _work = null;
        }
    }

    void Interrupt()
    {
        if (_questions.Interrupt()) return;
        lock (_gate) _work?.Cancel();
    }

    void Say(string text) => _output.Error.WriteLine(text);
}
