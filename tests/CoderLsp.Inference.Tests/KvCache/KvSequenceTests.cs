using CoderLsp.Inference.KvCache;
using CoderLsp.Kernels;
using CoderLsp.Kernels.Attention;

namespace CoderLsp.Inference.Tests.KvCache;

public class KvSequenceTests
{
    // Far more than any machine can address, so that no system promises it and takes the promise back.
    [Fact]
    public void Memory_that_cannot_be_had_fails_the_request_and_leaves_the_sequence_as_it_was()
    {
        using var tree = new KvTree(new KvLayout(1 << 20, 1 << 12, 1 << 10, 1 << 10, KvType.F16), int.MaxValue);
        using var sequence = new KvSequence(tree);
        for (var i = 0; i < 3; i++) Should.Throw<OutOfMemoryException>(() => sequence.Reserve(1));
        sequence.Length.ShouldBe(0);
        tree.Statistics.Bytes.ShouldBe(0);
    }

    [Fact]
    public void A_buffer_that_could_not_grow_can_be_used_again()
    {
        using var buffer = new NativeBuffer<float>(8);
        Should.Throw<OutOfMemoryException>(() => buffer.EnsureLength(1L << 48));
        buffer.Length.ShouldBe(0);
        buffer.EnsureLength(4);
        buffer.Span(0, 4).ToArray().ShouldBe([0, 0, 0, 0]);
    }
}
