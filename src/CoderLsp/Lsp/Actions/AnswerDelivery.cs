using CoderLsp.Configuration;
using CoderLsp.Protocol.Messages;
using CoderLsp.Protocol.Rpc;
using Microsoft.Extensions.Logging;

namespace CoderLsp.Lsp.Actions;

/// <summary>
/// Brings a text to the user of a client that knows nothing of ours: as a document where the client shows documents, else as a message.
/// </summary>
sealed class AnswerDelivery(RpcConnection connection, Session session, ClientNotices notices, ServerServices services)
{
    // What still reads as a message.
    const int LongestMessage = 1200;

    static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    // Then the text is shown as a message.
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    // The user's own and private.
    readonly string _folder = services.AnswersFolder;
    int _count, _cleaned;

    /// <param name="name">Of the document, without what a file's name cannot have.</param>
    public async Task ShowAsync(string name, string extension, string text, CancellationToken cancellation)
    {
        if (session.Client.ShowsDocuments && Write(name, extension, text) is { } file && await ShowFileAsync(file, cancellation).ConfigureAwait(false))
            return;
        notices.Show(MessageType.Info, Shortened(text));
    }

    /// <summary>Whether the client shows the file.</summary>
    public async Task<bool> ShowFileAsync(Uri file, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(LongestWait, services.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        try
        {
            var result = await connection.RequestAsync<ShowDocumentParams, ShowDocumentResult>(
                "window/showDocument", new(file.AbsoluteUri, TakeFocus: false), either.Token).ConfigureAwait(false);
            return result.Success;
        }
        catch (Exception e) when (e is RequestFailedException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return false;
        }
    }

    Uri? Write(string name, string extension, string text)
    {
        try
        {
            UserFolders.CreatePrivate(_folder);
            // The process is in the name: several servers share the folder.
            var path = Path.Combine(_folder, $"{name}-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}{extension}");
            File.WriteAllText(path, text);
            if (Interlocked.Exchange(ref _cleaned, 1) == 0) RemoveOld();
            return new(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            services.Log(LogLevel.Warning, $"An answer cannot be written to {_folder}: {e.Message}");
            return null;
        }
    }

    void RemoveOld()
    {
        try
        {
            foreach (var file in Directory.EnumerateFiles(_folder))
                if (TimeProvider.System.GetUtcNow() - File.GetLastWriteTimeUtc(file) > Kept) File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            services.Log(LogLevel.Debug, $"An old answer in {_folder} cannot be removed: {e.Message}");
        }
    }

    static string Shortened(string text)
    {
        if (text.Length <= LongestMessage) return text;
        var end = text.LastIndexOfAny(['\n', '.'], LongestMessage - 1);
        return text[..(end > LongestMessage / 2 ? end + 1 : LongestMessage)].TrimEnd() + " …";
    }
}
