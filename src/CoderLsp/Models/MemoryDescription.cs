using CoderLsp.Inference.Gguf;
using CoderLsp.Inference.Models;
using CoderLsp.Kernels.Attention;

namespace CoderLsp.Models;

/// <summary>Memory that running a model takes: the mapped file, the KV cache, working buffers, and the program itself.</summary>
/// <param name="KeyValueBytesPerToken">Of the cache, all layers together.</param>
/// <param name="Context2048Bytes">All of it with a cache for 2,048 tokens (or the whole window, if that is smaller).</param>
/// <param name="Context16384Bytes">The same for 16,384 tokens.</param>
/// <param name="FullContextBytes">All of it with a cache for the whole window.</param>
sealed record MemoryDescription(long KeyValueBytesPerToken, long Context2048Bytes, long Context16384Bytes, long FullContextBytes)
{
    // Measured: a server with the seedling has 61 MB in all, the mapped file's 6 MB among them.
    const long Program = 60_000_000;

    // Of latents, and of keys and values in full.
    const int BytesPerHalf = 2;

    /// <summary>Null where the file does not say enough.</summary>
    public static MemoryDescription? Of(GgufFile file, string? architecture, KvType cacheType)
    {
        int? Number(string key) => file.Metadata.Find($"{architecture}.{key}") is { ElementType: null } value
            ? file.Metadata.TryGetInt32(value.Key) : null;
        if (Number("context_length") is not { } context || Number("block_count") is not { } layers
            || Number("embedding_length") is not { } width || Number("attention.head_count") is not (> 0 and var heads)
            || Number("feed_forward_length") is not { } feedForward || file.Find("token_embd.weight") is not { Rows: var vocabulary })
            return null;
        var keyValueHeads = Number("attention.head_count_kv") ?? heads;
        var keyLength = Number("attention.key_length") ?? width / heads;
        var valueLength = Number("attention.value_length") ?? width / heads;
        // DeepSeek-V2 caches what keys and values of all heads are made of, and the rotated part, which the heads share.
        var perToken = Number("attention.kv_lora_rank") is > 0 and var latent && Number("rope.dimension_count") is { } rotated
            ? layers * ((long)latent + rotated) * BytesPerHalf : new KvLayout(layers, keyValueHeads, keyLength, valueLength, cacheType).BytesPerToken;
        // Floats: states, queries and the like of a chunk, its feed-forward layers, and three of a token's logits.
        var hasExperts = Number("expert_count") is > 0;
        var blocks = hasExperts ? Experts(Number("expert_feed_forward_length") ?? 0) : 3L * feedForward;
        var buffers = sizeof(float) * (ModelShape.PromptChunk(hasExperts) * (6L * width + blocks) + 3 * vocabulary);
        return new(perToken, Total(Math.Min(2048, context)), Total(Math.Min(16384, context)), Total(context));

        long Total(int tokens) => file.Length + Program + buffers + perToken * tokens + Latent(tokens);

        // A token's rows of its experts, and the block that all tokens share. Dense blocks meet activations in two parts
        // (ModelShape.RoundsFinely): two results each of gate and up, and as much again for the parts.
        long Experts(long inner) =>
            (Number("expert_used_count") ?? 1) * (3 * inner + 2L * width) + (Number("expert_shared_count") ?? 0) * 3 * inner + 9L * feedForward;

        // Beside the cache: the keys' matrices transposed, and keys and values in full of one layer, with room for up to twice as many.
        long Latent(long tokens)
        {
            if (Number("attention.kv_lora_rank") is not (> 0 and var rank) || Number("rope.dimension_count") is not { } rotated) return 0;
            var (key, value) = (Number("attention.key_length_mla") ?? keyLength, Number("attention.value_length_mla") ?? valueLength);
            var (transposed, full) = ((long)layers * heads * (key - rotated) * rank, (long)heads * (key + value));
            return BytesPerHalf * (transposed + full * Math.Min(2 * tokens, LatentShape.MostPositionsInFull))
                + sizeof(float) * LatentShape.PositionsAtOnce * (full + rank);
        }
    }
}
