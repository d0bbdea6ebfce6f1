using System.Text.Json;
using CoderLsp.Protocol.Messages;

namespace CoderLsp.Lsp;

/// <summary>What the client can do, as far as the server does something else where it cannot.</summary>
sealed record ClientFeatures
{
    /// <summary>Actions may say what kind they are and carry data; else they are bare commands.</summary>
    public bool ActionLiterals { get; init; }

    /// <summary>An action's edit may be computed when the user has chosen it (<c>codeAction/resolve</c>).</summary>
    public bool ResolvesEdits { get; init; }

    /// <summary>Requests of this client hold up its user, and are given up after some seconds: they are answered at once.</summary>
    public bool IsBlocking { get; init; }

    /// <summary>Edits may name the document's version.</summary>
    public bool VersionedEdits { get; init; }

    /// <summary>Edits may ask for confirmation.</summary>
    public bool ChangeAnnotations { get; init; }

    /// <summary>Edits may make new files.</summary>
    public bool CreatesFiles { get; init; }

    /// <summary>Makes changes that the server sends of its own (<c>workspace/applyEdit</c>).</summary>
    public bool AppliesEdits { get; init; }

    /// <summary>Opens a document that the server names (<c>window/showDocument</c>).</summary>
    public bool ShowsDocuments { get; init; }

    /// <summary>The server may begin a progress of its own.</summary>
    public bool ShowsProgress { get; init; }

    public bool AnswersConfiguration { get; init; }

    public bool RegistersConfiguration { get; init; }

    public bool RegistersWatchedFiles { get; init; }

    /// <summary>The client wants <c>coderlsp/status</c>.</summary>
    public bool WantsStatus { get; init; }

    /// <summary>The client asks its user for an instruction when <c>coderlsp.edit</c> comes without one.</summary>
    public bool AsksForInstructions { get; init; }

    /// <summary>Inserts text as it is, so that it must come with line feeds whatever the document's line ends are.</summary>
    public bool WantsLineFeeds { get; init; }

    public static ClientFeatures Of(InitializeParams client)
    {
        var (window, workspace) = (client.Capabilities?.Window, client.Capabilities?.Workspace);
        var (action, edit) = (client.Capabilities?.TextDocument?.CodeAction, workspace?.WorkspaceEdit);
        var takesLiterals = IsObject(action?.CodeActionLiteralSupport);
        // Emacs (lsp-mode, eglot) waits for the replies, ten seconds at most; Helix for those to codeAction/resolve, twenty.
        var isBlocking = client.ClientInfo?.Name?.ToUpperInvariant() is "EMACS" or "EGLOT" or "HELIX";
        return new()
        {
            ActionLiterals = takesLiterals,
            ResolvesEdits = !isBlocking && takesLiterals && action is { DataSupport: true } && action.ResolveSupport?.Properties?.Contains("edit") == true,
            IsBlocking = isBlocking,
            VersionedEdits = edit?.DocumentChanges == true,
            ChangeAnnotations = edit?.DocumentChanges == true && IsObject(edit.ChangeAnnotationSupport),
            CreatesFiles = edit?.DocumentChanges == true && edit.ResourceOperations?.Contains("create") == true,
            AppliesEdits = workspace?.ApplyEdit == true,
            ShowsDocuments = window?.ShowDocument?.Support == true,
            ShowsProgress = window?.WorkDoneProgress == true,
            AnswersConfiguration = workspace?.Configuration == true,
            RegistersConfiguration = workspace?.DidChangeConfiguration?.DynamicRegistration == true,
            RegistersWatchedFiles = workspace?.DidChangeWatchedFiles?.DynamicRegistration == true,
            WantsStatus = Says(client, "coderlspStatus"),
            AsksForInstructions = Says(client, "coderlspInstruction"),
            // Neovim 0.12 cuts an inline completion at \n and would put the \r of a DOS file into the line.
            WantsLineFeeds = client.ClientInfo?.Name == "Neovim",
        };
    }

    static bool IsObject(JsonElement? value) => value is { ValueKind: JsonValueKind.Object };

    static bool Says(InitializeParams client, string name) => client.Capabilities?.Experimental is { ValueKind: JsonValueKind.Object } experimental
        && experimental.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;
}
