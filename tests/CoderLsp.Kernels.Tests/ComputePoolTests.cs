namespace CoderLsp.Kernels.Tests;

public sealed unsafe class ComputePoolTests
{
    [Theory, InlineData(1), InlineData(2), InlineData(5)]
    public void Every_item_is_done_exactly_once_in_every_loop(int threads)
    {
        using var pool = new ComputePool(threads);
        using var counts = new NativeBuffer<int>(1000);
        for (var loop = 1; loop <= 300; loop++)
        {
            var job = new CountJob { Counts = counts.Data, Workers = threads };
            pool.Run(ref job, 1000, 1 + loop % 7);
            counts.Span(0, 1000).ToArray().ShouldAllBe(count => count == loop);
        }
    }

    [Fact]
    public void Parked_workers_wake_up_again()
    {
        using var pool = new ComputePool(3);
        using var counts = new NativeBuffer<int>(64);
        using var pause = new ManualResetEventSlim();
        for (var loop = 1; loop <= 20; loop++)
        {
            var job = new CountJob { Counts = counts.Data, Workers = 3 };
            pool.Run(ref job, 64);
            pause.Wait(5); // far longer than workers spin
        }

        counts.Span(0, 64).ToArray().ShouldAllBe(count => count == 20);
    }

    [Fact]
    public void A_thread_that_is_kept_off_its_core_does_not_hold_up_the_loop()
    {
        // Many more threads than cores: most of them have no core when a loop begins, and the loop must not wait for them to get one.
        using var pool = new ComputePool(32);
        using var counts = new NativeBuffer<int>(64);
        for (var loop = 1; loop <= 500; loop++)
        {
            var job = new CountJob { Counts = counts.Data, Workers = 32 };
            pool.Run(ref job, 64);
            counts.Span(0, 64).ToArray().ShouldAllBe(count => count == loop);
        }
    }

    [Fact]
    public void A_failing_item_fails_the_loop_and_the_pool_goes_on()
    {
        using var pool = new ComputePool(2);
        var failing = new FailJob { At = 700 };
        Should.Throw<InvalidOperationException>(() => pool.Run(ref failing, 1000));
        using var counts = new NativeBuffer<int>(100);
        var job = new CountJob { Counts = counts.Data, Workers = 2 };
        pool.Run(ref job, 100);
        counts.Span(0, 100).ToArray().ShouldAllBe(count => count == 1);
    }

    [Fact]
    public void Starting_a_loop_allocates_nothing()
    {
        using var pool = new ComputePool(2);
        using var counts = new NativeBuffer<int>(100);
        var job = new CountJob { Counts = counts.Data, Workers = 2 };
        pool.Run(ref job, 100);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) pool.Run(ref job, 100);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    struct CountJob : IParallelJob
    {
        public int* Counts;
        public int Workers;

        public readonly void Execute(int worker, int first, int last)
        {
            if ((uint)worker >= (uint)Workers) throw new InvalidOperationException("No such worker.");
            for (var i = first; i < last; i++) Interlocked.Increment(ref Counts[i]);
        }
    }

    struct FailJob : IParallelJob
    {
        public int At;

        public readonly void Execute(int worker, int first, int last)
        {
            if (first <= At && At < last) throw new InvalidOperationException("As asked.");
        }
    }
}
