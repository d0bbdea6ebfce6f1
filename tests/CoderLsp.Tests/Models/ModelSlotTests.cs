using System.Collections.Concurrent;
using CoderLsp.Inference.Gguf;
using CoderLsp.Models.Loading;
using CoderLsp.TestSupport;

namespace CoderLsp.Tests.Models;

public sealed class ModelSlotTests : IDisposable
{
    static readonly TimeSpan Idle = TimeSpan.FromMinutes(30);

    readonly ManualTime _clock = new();
    readonly ConcurrentQueue<ModelState> _states = [];
    readonly ModelSlot<FakeModel> _slot;
    readonly List<FakeModel> _loaded = [];

    public ModelSlotTests() => _slot = new(_clock, _states.Enqueue);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _slot.Dispose();

    [Fact]
    public async Task All_who_wait_share_one_load()
    {
        using var gate = new ManualResetEventSlim();
        Plan("a", gate);
        var waiting = Enumerable.Range(0, 8).Select(_ => _slot.GetAsync(Cancellation)).ToArray();
        gate.Set();
        var leases = await Task.WhenAll(waiting);
        leases.Select(lease => lease!.Model).Distinct().ShouldHaveSingleItem();
        _loaded.Count.ShouldBe(1);
        foreach (var lease in leases) lease!.Dispose();
    }

    [Fact]
    public async Task Nothing_is_loaded_before_somebody_asks()
    {
        Plan("a");
        _slot.State.Phase.ShouldBe(ModelPhase.Unloaded);
        (await _slot.GetAsync(Cancellation))!.Dispose();
        _loaded.Count.ShouldBe(1);
    }

    [Fact]
    public async Task One_who_does_not_want_to_wait_any_more_does_not_end_the_load_for_the_others()
    {
        using var gate = new ManualResetEventSlim();
        using var impatient = new CancellationTokenSource();
        Plan("a", gate);
        var first = _slot.GetAsync(impatient.Token);
        var second = _slot.GetAsync(Cancellation);
        await impatient.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(first);
        gate.Set();
        using var lease = await second;
        lease!.Model.Disposed.ShouldBeFalse();
        _loaded.Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_idle_model_leaves_memory_and_is_loaded_again_for_the_next_request()
    {
        Plan("a");
        (await _slot.GetAsync(Cancellation))!.Dispose();
        _clock.Advance(Idle - TimeSpan.FromSeconds(1));
        _loaded[0].Disposed.ShouldBeFalse();
        _clock.Advance(TimeSpan.FromSeconds(1));
        _loaded[0].Disposed.ShouldBeTrue();
        _slot.State.ShouldBe(ModelState.Unloaded);
        _slot.Peek.ShouldBeNull();

        using var lease = await _slot.GetAsync(Cancellation);
        lease!.Model.ShouldBe(_loaded[1]);
        _slot.State.ShouldBe(ModelState.Ready);
    }

    [Fact]
    public async Task A_model_in_use_is_never_idle_and_each_use_begins_the_time_again()
    {
        Plan("a");
        var lease = await _slot.GetAsync(Cancellation);
        _clock.Advance(Idle * 3);
        lease!.Model.Disposed.ShouldBeFalse();
        lease.Dispose();
        _clock.Advance(Idle / 2);
        (await _slot.GetAsync(Cancellation))!.Dispose();
        _clock.Advance(Idle / 2);
        _loaded.ShouldHaveSingleItem().Disposed.ShouldBeFalse();
        _clock.Advance(Idle / 2);
        _loaded[0].Disposed.ShouldBeTrue();
    }

    [Fact]
    public async Task Without_an_idle_time_a_model_stays()
    {
        Plan("a", idle: Timeout.InfiniteTimeSpan);
        (await _slot.GetAsync(Cancellation))!.Dispose();
        _clock.Advance(TimeSpan.FromDays(365));
        _loaded.ShouldHaveSingleItem().Disposed.ShouldBeFalse();
    }

    [Fact]
    public async Task A_replaced_model_goes_when_its_last_lease_ends()
    {
        Plan("a");
        var first = await _slot.GetAsync(Cancellation);
        var second = await _slot.GetAsync(Cancellation);
        Plan("b");
        using var other = await _slot.GetAsync(Cancellation);
        other!.Model.Name.ShouldBe("b");
        first!.Dispose();
        first.Model.Disposed.ShouldBeFalse();
        first.Dispose(); // twice is once
        first.Model.Disposed.ShouldBeFalse();
        second!.Dispose();
        first.Model.Disposed.ShouldBeTrue();
        other.Model.Disposed.ShouldBeFalse();
    }

    [Fact]
    public async Task Who_waits_for_a_model_that_is_replaced_gets_the_new_one_and_the_old_load_is_told()
    {
        using var gate = new ManualResetEventSlim();
        Plan("a", gate);
        var waiting = _slot.GetAsync(Cancellation);
        Plan("b");
        using var lease = await waiting;
        lease!.Model.Name.ShouldBe("b");
        gate.Set();
        await UntilAsync(() => _loaded.Any(model => model is { Name: "a", NotWanted: true, Disposed: true }));
        _slot.State.ShouldBe(ModelState.Ready);
    }

    [Fact]
    public async Task A_change_of_settings_that_is_none_for_the_model_keeps_it()
    {
        Plan("a");
        (await _slot.GetAsync(Cancellation))!.Dispose();
        Plan("a", idle: Idle * 2);
        (await _slot.GetAsync(Cancellation))!.Dispose();
        _loaded.Count.ShouldBe(1);
        _clock.Advance(Idle);
        _loaded[0].Disposed.ShouldBeFalse();
        _clock.Advance(Idle);
        _loaded[0].Disposed.ShouldBeTrue();
    }

    [Fact]
    public async Task A_failure_is_told_to_everybody_and_not_tried_again_until_the_file_changes()
    {
        var (stamp, attempts) = (1, 0);
        var broken = true;
        _slot.Replace(new("a", "model", _ => false, () => stamp, (_, _) =>
        {
            attempts++;
            return broken ? throw new GgufException("a.gguf: it is damaged.") : new FakeModel("a");
        }), Idle);

        for (var i = 0; i < 3; i++)
        {
            var error = await Should.ThrowAsync<ModelUnavailableException>(_slot.GetAsync(Cancellation));
            error.Problem.Cause.ShouldBe("a.gguf: it is damaged.");
            error.Message.ShouldContain("the setting 'model'");
        }

        attempts.ShouldBe(1);
        _slot.State.Phase.ShouldBe(ModelPhase.Failed);
        _slot.State.Problem!.Cause.ShouldBe("a.gguf: it is damaged.");

        (stamp, broken) = (2, false);
        _clock.Advance(TimeSpan.FromSeconds(1));
        using var lease = await _slot.GetAsync(Cancellation);
        attempts.ShouldBe(2);
        _slot.State.ShouldBe(ModelState.Ready);
    }

    [Fact]
    public async Task A_model_whose_file_was_replaced_is_loaded_anew_and_the_old_one_goes_when_nobody_uses_it()
    {
        var stale = false;
        _slot.Replace(new("a", "model", _ => stale, () => null, (_, _) => new FakeModel("a")), Idle);
        var old = await _slot.GetAsync(Cancellation);
        _clock.Advance(TimeSpan.FromSeconds(1));
        using (var same = await _slot.GetAsync(Cancellation)) same!.Model.ShouldBeSameAs(old!.Model);

        stale = true;
        _clock.Advance(TimeSpan.FromSeconds(1));
        using var lease = await _slot.GetAsync(Cancellation);
        lease!.Model.ShouldNotBeSameAs(old.Model);
        old.Model.Disposed.ShouldBeFalse();
        old.Dispose();
        old.Model.Disposed.ShouldBeTrue();
        lease.Model.Disposed.ShouldBeFalse();
    }

    [Fact]
    public async Task Files_are_looked_at_once_a_second_at_most_and_a_slow_disk_holds_up_nobody_else()
    {
        var looks = 0;
        using var disk = new ManualResetEventSlim(initialState: true);
        _slot.Replace(new("a", "model", _ =>
        {
            Interlocked.Increment(ref looks);
            disk.Wait(CancellationToken.None);
            return false;
        }, () => null, (_, _) => new FakeModel("a")), Idle);
        for (var i = 0; i < 10; i++) (await _slot.GetAsync(Cancellation))!.Dispose();
        looks.ShouldBe(0);

        disk.Reset();
        _clock.Advance(TimeSpan.FromSeconds(1));
        var looking = _slot.GetAsync(Cancellation);
        using (var other = await _slot.GetAsync(Cancellation)) other!.Model.ShouldBe(_slot.Peek);
        looking.IsCompleted.ShouldBeFalse();
        disk.Set();
        (await looking)!.Dispose();
        looks.ShouldBe(1);
    }

    [Fact]
    public async Task A_failure_is_tried_again_when_the_settings_come_again()
    {
        var attempts = 0;
        for (var i = 1; i <= 2; i++)
        {
            _slot.Replace(new("a", "model", _ => false, () => null, (_, _) =>
            {
                attempts++;
                throw new UserException("There is no model named 'a'.");
            }), Idle);
            (await Should.ThrowAsync<ModelUnavailableException>(_slot.GetAsync(Cancellation))).Problem.Cause.ShouldBe("There is no model named 'a'.");
            attempts.ShouldBe(i);
        }
    }

    [Fact]
    public async Task States_are_reported_in_order()
    {
        _slot.Replace(new("a", "model", _ => false, () => null, (progress, _) =>
        {
            foreach (var percent in (int[])[0, 40, 40, 100]) progress(percent);
            return new("a");
        }), Idle);
        (await _slot.GetAsync(Cancellation))!.Dispose();
        _clock.Advance(Idle);
        _states.Select(state => $"{state.Phase} {state.Percent}").ShouldBe(["Loading 0", "Loading 40", "Loading 100", "Ready 100", "Unloaded 0"]);
    }

    [Fact]
    public async Task A_request_that_waits_ends_the_warming_up_and_one_that_loads_has_none()
    {
        var warmed = 0;
        using var warming = new ManualResetEventSlim();
        ModelPlan<FakeModel> Warming(string identity) => new(identity, "model", _ => false, () => null, (_, _) => new FakeModel(identity), (_, awaited) =>
        {
            warmed++;
            warming.Set();
            awaited.WaitHandle.WaitOne();
            awaited.ThrowIfCancellationRequested();
        });

        _slot.Replace(Warming("a"), Idle);
        _slot.Preload();
        warming.Wait(Cancellation);
        _slot.State.Phase.ShouldBe(ModelPhase.Loading);
        (await _slot.GetAsync(Cancellation))!.Dispose();
        _slot.Replace(Warming("b"), Idle);
        (await _slot.GetAsync(Cancellation))!.Dispose();
        warmed.ShouldBe(1);
    }

    [Fact]
    public async Task A_warming_up_that_fails_fails_the_load()
    {
        var model = new FakeModel("a");
        using var warming = new ManualResetEventSlim();
        _slot.Replace(new("a", "model", _ => false, () => null, (_, _) => model, (_, _) =>
        {
            warming.Set();
            throw new GgufException("m.gguf: cut short.");
        }), Idle);
        _slot.Preload();
        warming.Wait(Cancellation);
        await Should.ThrowAsync<ModelUnavailableException>(_slot.GetAsync(Cancellation));
        model.Disposed.ShouldBeTrue();
    }

    [Fact]
    public async Task Without_a_plan_there_is_no_model()
    {
        (await _slot.GetAsync(Cancellation)).ShouldBeNull();
        Plan("a");
        (await _slot.GetAsync(Cancellation))!.Dispose();
        _slot.Replace(null, Idle);
        _loaded[0].Disposed.ShouldBeTrue();
        (await _slot.GetAsync(Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task A_preloaded_model_is_there_for_the_first_request()
    {
        Plan("a");
        _slot.Preload();
        await UntilAsync(() => _slot.State == ModelState.Ready);
        using var lease = await _slot.GetAsync(Cancellation);
        _loaded.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_closed_slot_disposes_of_its_model_after_the_last_lease()
    {
        Plan("a");
        var lease = await _slot.GetAsync(Cancellation);
        _slot.Dispose();
        lease!.Model.Disposed.ShouldBeFalse();
        await Should.ThrowAsync<ObjectDisposedException>(_slot.GetAsync(Cancellation));
        lease.Dispose();
        lease.Model.Disposed.ShouldBeTrue();
    }

    [Fact]
    public async Task No_lease_ever_sees_a_disposed_model_whatever_happens()
    {
        var random = new Random(7);
        Plan("0");
        var users = Enumerable.Range(0, 4).Select(seed => Task.Run(async () =>
        {
            for (var i = 0; i < 300; i++)
            {
                using var lease = await _slot.GetAsync(Cancellation);
                lease!.Model.Disposed.ShouldBeFalse();
                await Task.Yield();
                lease.Model.Disposed.ShouldBeFalse();
            }
        }, Cancellation)).ToArray();
        for (var i = 1; !users.All(user => user.IsCompleted); i++)
        {
            if (random.Next(3) == 0) Plan($"{i}");
            _clock.Advance(Idle);
            await Task.Yield();
        }

        await Task.WhenAll(users);
        _slot.Dispose();
        await UntilAsync(() => Loaded().All(model => model.Disposed));
    }

    void Plan(string name, ManualResetEventSlim? gate = null, TimeSpan? idle = null) =>
        _slot.Replace(new(name, "model", _ => false, () => null, (_, cancellation) =>
        {
            gate?.Wait(CancellationToken.None);
            var model = new FakeModel(name) { NotWanted = cancellation.IsCancellationRequested };
            lock (_loaded) _loaded.Add(model);
            return model;
        }), idle == Timeout.InfiniteTimeSpan ? null : idle ?? Idle);

    FakeModel[] Loaded()
    {
        lock (_loaded) return [.. _loaded];
    }

    static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition()) await Task.Delay(1, Cancellation);
    }

    sealed class FakeModel(string name) : IDisposable
    {
        public string Name => name;

        public bool NotWanted { get; init; }

        public bool Disposed { get; private set; }

        public void Dispose()
        {
            Disposed.ShouldBeFalse();
            Disposed = true;
        }
    }
}
