using CoderLsp.Doctor;

namespace CoderLsp.Tests.Doctor;

public class ModelPaceTests
{
    [Theory]
    [InlineData(60.0, 8.0, true)]
    [InlineData(59.0, 100.0, false)]
    [InlineData(1000.0, 7.9, false)]
    [InlineData(null, null, false)]
    public void A_slow_model_is_warned_of(double? prompt, double? decode, bool fine)
    {
        var finding = new ModelPace(prompt, decode).Judge();
        finding.Level.ShouldBe(fine ? FindingLevel.Ok : FindingLevel.Warning);
        (finding.Remedy is null).ShouldBe(fine);
    }

    [Fact]
    public void What_could_not_be_measured_is_said_to_be_slow() =>
        new ModelPace(12.34, null).Judge().Text.ShouldBe("12.3 tokens/s of a prompt, hardly any generated: suggestions will come late.");

    [Fact]
    public async Task A_fast_model_is_measured_with_more_tokens()
    {
        var counts = new List<int>();
        var speed = await MeasureAsync(count =>
        {
            counts.Add(count);
            return TimeSpan.FromMilliseconds(count == 512 ? 512 : count / 2); // less than can be told
        });
        speed.ShouldBe(1000);
        counts.ShouldBe([32, 128, 512]);
    }

    [Fact]
    public async Task One_measurement_is_enough_of_a_slow_model() =>
        (await MeasureAsync(count => count == 32 ? TimeSpan.FromSeconds(4) : throw new InvalidOperationException())).ShouldBe(8);

    [Fact]
    public async Task A_measurement_that_does_not_end_is_given_up()
    {
        var speed = await ModelPace.MeasureAsync(32, 512, async (_, stop) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, stop);
            return default;
        }, TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken);
        speed.ShouldBeNull();
    }

    [Fact]
    public async Task Ctrl_C_ends_a_measurement()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => ModelPace.MeasureAsync(
            32, 512, (_, stop) => Task.FromCanceled<TimeSpan>(stop), TimeSpan.FromSeconds(9), cancelled.Token));
    }

    static Task<double?> MeasureAsync(Func<int, TimeSpan> time) => ModelPace.MeasureAsync(
        32, 512, (count, _) => Task.FromResult(time(count)), TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
}
