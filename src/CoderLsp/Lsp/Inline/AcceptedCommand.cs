using System.Text.Json;
using CoderLsp.Protocol.Messages;

namespace CoderLsp.Lsp.Inline;

/// <summary>The command that clients run when the user accepts a suggestion. It changes nothing but the accept history.</summary>
sealed class AcceptedCommand(Offers offers)
{
    public const string Name = "coderlsp.accepted";

    /// <summary>As it goes with the item of an id.</summary>
    public static Command For(string id)
    {
        using var argument = JsonDocument.Parse($"\"{JsonEncodedText.Encode(id)}\"");
        return new("Accepted", Name, [argument.RootElement.Clone()]);
    }

    /// <summary>Arguments of another kind, and ids of another session, mean nothing.</summary>
    public Task RunAsync(ExecuteCommandParams parameters, CancellationToken cancellation)
    {
        if (parameters.Arguments is [var id, ..]) offers.Accepted(JsonText.Of(id));
        return Task.CompletedTask;
    }
}
