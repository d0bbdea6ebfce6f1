using System.Runtime.InteropServices;
using CoderLsp.Inference.Gguf;

namespace CoderLsp.Inference.Synthetic;

/// <summary>The metadata that the published files of a shape have.</summary>
static class SyntheticMetadata
{
    public static void Add(GgufWriter writer, SyntheticShape shape, TypeMix mix)
    {
        var architecture = shape.Deepseek2 is null ? "llama" : "deepseek2";
        writer.Add("general.architecture", architecture);
        writer.Add("general.name", $"synthetic {shape.Name}");
        writer.Add("general.file_type", mix.FileType);
        writer.Add("general.quantization_version", 2u);
        writer.Add($"{architecture}.block_count", (uint)shape.Layers);
        writer.Add($"{architecture}.embedding_length", (uint)shape.Width);
        writer.Add($"{architecture}.feed_forward_length", (uint)shape.FeedForward);
        writer.Add($"{architecture}.attention.head_count", (uint)shape.Heads);
        writer.Add($"{architecture}.attention.layer_norm_rms_epsilon", 1e-6f);
        writer.Add($"{architecture}.vocab_size", (uint)shape.Vocabulary);
        if (shape.Deepseek2 is { } sizes) AddDeepseek2(writer, sizes);
        else AddLlama(writer, shape);
        AddVocabulary(writer, shape);
    }

    static void AddLlama(GgufWriter writer, SyntheticShape shape)
    {
        writer.Add("llama.context_length", 16384u);
        writer.Add("llama.attention.head_count_kv", (uint)shape.KvHeads);
        writer.Add("llama.rope.dimension_count", (uint)shape.HeadSize);
        writer.Add("llama.rope.freq_base", 1e5f);
        writer.Add("llama.rope.scaling.type", "linear");
        writer.Add("llama.rope.scaling.factor", 4f);
    }

    static void AddDeepseek2(GgufWriter writer, Deepseek2Sizes sizes)
    {
        writer.Add("deepseek2.context_length", 163_840u);
        // As new files have it: what is cached is one head of the latent and the rotated values, and a value is the latent.
        writer.Add("deepseek2.attention.head_count_kv", 1u);
        writer.Add("deepseek2.attention.key_length", (uint)(sizes.Rank + sizes.RotatedSize));
        writer.Add("deepseek2.attention.value_length", (uint)sizes.Rank);
        writer.Add("deepseek2.attention.key_length_mla", (uint)(sizes.PlainSize + sizes.RotatedSize));
        writer.Add("deepseek2.attention.value_length_mla", (uint)sizes.ValueSize);
        writer.Add("deepseek2.attention.kv_lora_rank", (uint)sizes.Rank);
        if (sizes.QueryRank is { } rank) writer.Add("deepseek2.attention.q_lora_rank", (uint)rank);
        writer.Add("deepseek2.leading_dense_block_count", 1u);
        writer.Add("deepseek2.expert_count", (uint)sizes.Experts);
        writer.Add("deepseek2.expert_used_count", (uint)sizes.UsedExperts);
        writer.Add("deepseek2.expert_shared_count", (uint)sizes.SharedExperts);
        writer.Add("deepseek2.expert_feed_forward_length", (uint)sizes.ExpertFeedForward);
        writer.Add("deepseek2.expert_weights_scale", 1f);
        writer.Add("deepseek2.expert_weights_norm", false);
        writer.Add("deepseek2.expert_gating_func", 1u); // softmax
        writer.Add("deepseek2.rope.dimension_count", (uint)sizes.RotatedSize);
        writer.Add("deepseek2.rope.freq_base", 1e4f);
        writer.Add("deepseek2.rope.scaling.type", "yarn");
        writer.Add("deepseek2.rope.scaling.factor", 40f);
        writer.Add("deepseek2.rope.scaling.original_context_length", 4096u);
        writer.Add("deepseek2.rope.scaling.yarn_log_multiplier", 0.0707f);
    }

    static void AddVocabulary(GgufWriter writer, SyntheticShape shape)
    {
        var vocabulary = new SyntheticVocabulary(shape.WordTokens, shape.Vocabulary);
        writer.Add("tokenizer.ggml.model", "gpt2");
        writer.Add("tokenizer.ggml.pre", shape.Deepseek2 is null ? "deepseek-coder" : "deepseek-llm");
        writer.AddArray("tokenizer.ggml.tokens", vocabulary.Tokens);
        writer.AddArray<int>("tokenizer.ggml.token_type", CollectionsMarshal.AsSpan(vocabulary.Types));
        writer.AddArray("tokenizer.ggml.merges", vocabulary.Merges);
        writer.Add("tokenizer.ggml.bos_token_id", vocabulary.IdOf("<｜begin▁of▁sentence｜>"));
        writer.Add("tokenizer.ggml.eos_token_id", vocabulary.IdOf("<｜end▁of▁sentence｜>"));
        writer.Add("tokenizer.ggml.padding_token_id", vocabulary.IdOf("<｜end▁of▁sentence｜>"));
        writer.Add("tokenizer.ggml.fim_pre_token_id", vocabulary.IdOf("<｜fim▁begin｜>"));
        writer.Add("tokenizer.ggml.fim_suf_token_id", vocabulary.IdOf("<｜fim▁hole｜>"));
        writer.Add("tokenizer.ggml.fim_mid_token_id", vocabulary.IdOf("<｜fim▁end｜>"));
        writer.Add("tokenizer.ggml.add_bos_token", true);
        writer.Add("tokenizer.ggml.add_eos_token", false);
    }
}
