namespace CoderLsp.PeerBench;

/// <summary>What is timed: a prompt, or generating behind so many positions.</summary>
sealed record SpeedTest(int Prompt, int Generate, int Depth = 0)
{
    /// <summary>As llama-bench calls it.</summary>
    public string Name => Prompt > 0 ? $"pp{Prompt}" : Depth > 0 ? $"tg{Generate} @ d{Depth}" : $"tg{Generate}";

    public string Title => Prompt > 0 ? $"prompt of {Prompt} tokens" : Depth > 0 ? $"generating behind {Depth:N0}" : "generating";
}
