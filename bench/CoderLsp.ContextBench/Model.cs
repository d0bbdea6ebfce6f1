using System.Text;
using CoderLsp.Completion;
using CoderLsp.Completion.Prompts;
using CoderLsp.Inference.Generation;
using CoderLsp.Inference.Sampling;

namespace CoderLsp.ContextBench;

/// <summary>The engine as suggestions see it, left to right, with what a configuration puts before the prompt.</summary>
/// <param name="recalls">Whether what is expected from elsewhere counts.</param>
/// <param name="beams">As <see cref="Configuration"/> has it.</param>
sealed class Model(Engine engine, bool recalls, int beams = 1) : IInfillModel
{
    /// <summary>Tokens behind BOS, before the prompt.</summary>
    public List<int> Front { get; } = [];

    public string Name => Path.GetFileName(engine.File.Path);

    public int ContextTokens => engine.ContextTokens - Front.Count;

    public InfillFormat Format { get; } = new(InfillOrder.None, engine.Tokenizer.Special.Bos);

    public bool IsSmall => recalls;

    public void Encode(ReadOnlySpan<char> text, List<int> tokens) => engine.Tokenizer.Encode(text, tokens, continues: true);

    public async Task<InfillResult> GenerateAsync(InfillRequest request, CancellationToken cancellation)
    {
        var stop = request.Stop;
        int[] prompt = [request.Prompt[0], .. Front, .. request.Prompt.Skip(1)];
        if (beams > 1)
            return await new BeamSearch(engine, beams).RunAsync(
                prompt, Encoding.UTF8.GetBytes(request.Healed), request.MaxTokens, request.MustBegin,
                request.Expectation is { } expected ? new Prior(expected) : null, cancellation);
        var result = await engine.GenerateAsync(
            new()
            {
                Prompt = prompt,
                Required = Encoding.UTF8.GetBytes(request.Healed),
                MaxTokens = request.MaxTokens,
                Stop = stop is null ? null : text => stop(text),
                MustBegin = request.MustBegin,
                Prior = request.Expectation is { } expectation ? new Prior(expectation) : null,
            },
            cancellation);
        return new(result.Text, result.End == GenerationEnd.EndOfText ? InfillEnd.EndOfText
            : result.End == GenerationEnd.StopRule ? InfillEnd.StopRule : InfillEnd.TokenLimit, result.MeanLogProbability, default);
    }

    public Task<int> PrefillAsync(IReadOnlyList<int> prompt, CancellationToken cancellation) =>
        throw new NotSupportedException("Nothing is computed ahead here.");

    sealed class Prior(ITokenExpectation expectation) : ITokenPrior
    {
        public int Expect(ReadOnlySpan<int> text, Span<int> tokens, Span<float> probabilities) => expectation.Expect(text, tokens, probabilities);
    }
}
