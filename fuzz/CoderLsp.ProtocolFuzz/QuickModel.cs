using CoderLsp.Completion;
using CoderLsp.Completion.Prompts;
using CoderLsp.Configuration;
using CoderLsp.Models;

namespace CoderLsp.ProtocolFuzz;

/// <summary>A model that answers at once, or (one time in eight) a little later, so that cancellations and changes meet it at work.</summary>
sealed class QuickModel : IInfillModel
{
    int _calls;

    public string Name => "quick";

    public int ContextTokens => 2048;

    public InfillFormat Format { get; } = new(InfillOrder.None, Bos: null);

    public void Encode(ReadOnlySpan<char> text, List<int> tokens)
    {
        foreach (var unit in text) tokens.Add(unit);
    }

    public async Task<InfillResult> GenerateAsync(InfillRequest request, CancellationToken cancellation)
    {
        if (Interlocked.Increment(ref _calls) % 8 == 0) await Task.Delay(1, cancellation).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        return new("value + 1", InfillEnd.EndOfText, -0.1, new(request.Prompt.Count, 0, 4, default, default));
    }
}

/// <summary>Whatever the settings name is the quick model; there is none for chat.</summary>
sealed class QuickPlans : IModelPlans
{
    public ModelPlan<LoadedCompletion> Completion(CoderLspSettings settings, Func<IEnumerable<ModelMemory>> loaded) =>
        new(settings.Model, "model", () => null, (_, _) => new(new QuickModel()));

    public ModelPlan<LoadedChat>? Chat(CoderLspSettings settings, Func<IEnumerable<ModelMemory>> loaded) => null;
}
