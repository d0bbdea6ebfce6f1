using CoderLsp.Inference.Generation;
using CoderLsp.Inference.Gguf;
using CoderLsp.Inference.Tokenization;
using CoderLsp.Kernels.Attention;
using CoderLsp.Models.Chat;

namespace CoderLsp.Models;

/// <summary>What is in a model's file, for people and programs; what a file does not say is null. The JSON of <c>inspect --json</c>.</summary>
sealed record ModelDescription
{
    public required string File { get; init; }
    public required long Bytes { get; init; }

    /// <summary>How many files the model is split over; <see cref="Bytes"/> are those of all.</summary>
    public required int Files { get; init; }

    public required int GgufVersion { get; init; }
    public string? Architecture { get; init; }
    public string? Name { get; init; }

    /// <summary>What people call such models, <c>DeepSeek-Coder</c>; null for a family that is not known.</summary>
    public string? Family { get; init; }

    /// <summary>As names of models have it, <c>1.3B</c>.</summary>
    public string? Size { get; init; }

    /// <summary>Why this program cannot run the model, one sentence; null where it can.</summary>
    public string? Problem { get; init; }
    public required long Parameters { get; init; }

    /// <summary>The published name of the mix of types, <c>Q4_K_M</c>.</summary>
    public string? Quantization { get; init; }

    /// <summary>What the cards of published files say of this mix.</summary>
    public string? QuantizationAdvice { get; init; }

    /// <summary>Bits of the file's tensors for each parameter.</summary>
    public required double BitsPerParameter { get; init; }

    /// <summary>The types that the tensors have, the largest part first.</summary>
    public required IReadOnlyList<TensorTypeShare> TensorTypes { get; init; }

    public int? ContextTokens { get; init; }
    public int? Layers { get; init; }
    public int? Width { get; init; }
    public int? FeedForwardWidth { get; init; }
    public int? Heads { get; init; }
    public int? KeyValueHeads { get; init; }
    public TokenizerDescription? Tokenizer { get; init; }

    /// <summary>Why there is no <see cref="Tokenizer"/>.</summary>
    public string? TokenizerProblem { get; init; }

    public required InfillDescription Infill { get; init; }
    public ChatTemplateDescription? ChatTemplate { get; init; }
    public MemoryDescription? Memory { get; init; }
    public IReadOnlyList<TensorDescription>? Tensors { get; init; }

    /// <param name="cacheType">How its keys and values would be kept.</param>
    /// <param name="withTensors">Whether to list every tensor.</param>
    public static ModelDescription Of(GgufFile file, KvType cacheType, bool withTensors)
    {
        var metadata = file.Metadata;
        var architecture = metadata.TryGetString("general.architecture");
        var (tokenizer, problem) = ReadTokenizer(file);
        var mix = FileTypes.Of(file);
        var parameters = file.Tensors.Sum(tensor => tensor.Count);
        // Some architectures give each layer its own number of heads.
        int? Number(string key) => metadata.Find($"{architecture}.{key}") is { ElementType: null } ? metadata.TryGetInt32($"{architecture}.{key}") : null;
        return new()
        {
            File = file.Path,
            Bytes = file.Length,
            Files = file.PartCount,
            GgufVersion = (int)file.Version,
            Architecture = architecture,
            Name = metadata.TryGetString("general.name"),
            Family = ModelFamilies.Of(file, tokenizer),
            Size = ModelFamilies.Size(parameters),
            Problem = ModelSupport.Problem(file) ?? problem,
            Parameters = parameters,
            Quantization = mix?.Name,
            QuantizationAdvice = mix?.Advice,
            BitsPerParameter = parameters == 0 ? 0 : Math.Round(8.0 * file.Tensors.Sum(tensor => tensor.ByteLength) / parameters, 2),
            TensorTypes = [.. file.Tensors.GroupBy(tensor => tensor.Type).Select(group => TensorTypeShare.Of(group)).OrderByDescending(s => s.Bytes)],
            ContextTokens = Number("context_length"),
            Layers = Number("block_count"),
            Width = Number("embedding_length"),
            FeedForwardWidth = Number("feed_forward_length"),
            Heads = Number("attention.head_count"),
            KeyValueHeads = Number("attention.head_count_kv") ?? Number("attention.head_count"),
            Tokenizer = tokenizer is null ? null : TokenizerDescription.Of(tokenizer, metadata),
            TokenizerProblem = problem,
            Infill = InfillDescription.Of(tokenizer, metadata),
            ChatTemplate = ChatTemplateDescription.Of(file, tokenizer),
            Memory = MemoryDescription.Of(file, architecture, cacheType),
            Tensors = withTensors ? [.. file.Tensors.Select(t => new TensorDescription(t.Name, t.Type.ToString(), t.Dimensions, t.ByteLength))] : null,
        };
    }

    // A file whose vocabulary this program cannot use is still worth looking into.
    static (Tokenizer? Tokenizer, string? Problem) ReadTokenizer(GgufFile file)
    {
        try
        {
            return (Inference.Tokenization.Tokenizer.FromGguf(file), null);
        }
        catch (GgufException e)
        {
            return (null, e.Message.Replace($"{file.Path}: ", "", StringComparison.Ordinal));
        }
    }
}

sealed record TensorTypeShare(string Type, int Tensors, long Parameters, long Bytes)
{
    public static TensorTypeShare Of(IGrouping<Kernels.TensorType, GgufTensor> tensors) =>
        new(tensors.Key.ToString(), tensors.Count(), tensors.Sum(tensor => tensor.Count), tensors.Sum(tensor => tensor.ByteLength));
}

sealed record TensorDescription(string Name, string Type, IReadOnlyList<long> Dimensions, long Bytes);

/// <param name="Text">As the vocabulary writes the token.</param>
sealed record SpecialToken(int Id, string Text);

/// <param name="Kind">As the file says: <c>gpt2</c> is byte-level BPE, <c>llama</c> SentencePiece BPE.</param>
/// <param name="PreTokenizer">As the file says; null in old files, for which it is inferred.</param>
/// <param name="AddBos">Whether prompts begin with BOS.</param>
sealed record TokenizerDescription(string? Kind, string? PreTokenizer, int Tokens, SpecialToken? Bos, SpecialToken? Eos, bool AddBos)
{
    public static TokenizerDescription Of(Tokenizer tokenizer, GgufMetadata metadata) => new(
        metadata.TryGetString("tokenizer.ggml.model"), metadata.TryGetString("tokenizer.ggml.pre"), tokenizer.Vocabulary.Count,
        InfillDescription.Token(tokenizer, tokenizer.Special.Bos), InfillDescription.Token(tokenizer, tokenizer.Special.Eos),
        tokenizer.Special.AddBos);
}

/// <param name="Template">The family whose format prompts have; null for a format that is not published, or none.</param>
/// <param name="Order">What prompts are made with: <c>psm</c>, <c>spm</c> or <c>none</c>.</param>
sealed record InfillDescription(string? Template, string Order, SpecialToken? Prefix, SpecialToken? Suffix, SpecialToken? Middle)
{
    public static InfillDescription Of(Tokenizer? tokenizer, GgufMetadata metadata) => new(
        tokenizer is null ? null : InfillFamilies.Of(tokenizer)?.Title,
        tokenizer is null ? "none" : InfillFormats.NameOf(InfillFormats.Of(tokenizer, metadata, order: null).Order),
        Token(tokenizer, tokenizer?.Special.FimPrefix), Token(tokenizer, tokenizer?.Special.FimSuffix),
        Token(tokenizer, tokenizer?.Special.FimMiddle));

    public static SpecialToken? Token(Tokenizer? tokenizer, int? id) =>
        tokenizer is not null && id is { } number ? new(number, tokenizer.Vocabulary.Text(number)) : null;
}
