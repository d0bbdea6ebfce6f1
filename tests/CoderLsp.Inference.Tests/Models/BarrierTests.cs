using CoderLsp.TestSupport;

namespace CoderLsp.Inference.Tests.Models;

public class BarrierTests
{
    // Q, K and V; attention; its output; gate and up; down. And the logits.
    [Theory, InlineData("micro.Q4_K_M", 1), InlineData("qwen3-qknorm.Q4_K_M", 2)]
    public void A_token_makes_threads_wait_for_each_other_five_times_a_layer(string name, int layers)
    {
        using var run = new ParityRun(TestData.InRepository("tests", "fixtures", "parity", "models", $"{name}.gguf"));
        run.Prefill([1, 2, 3]);
        run.LogProbabilities([4], 1);
        var before = run.Barriers;
        run.LogProbabilities([5], 1);
        (run.Barriers - before).ShouldBe(5 * layers + 1);
    }
}
