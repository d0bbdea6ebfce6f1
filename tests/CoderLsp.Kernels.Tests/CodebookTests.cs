using System.Text.Json;
using CoderLsp.Kernels.Blocks;
using CoderLsp.TestSupport;

namespace CoderLsp.Kernels.Tests;

/// <summary>The codebooks of the i-quants against the published ones.</summary>
[Trait("Needs", "Shared")]
public sealed unsafe class CodebookTests : IDisposable
{
    readonly JsonDocument _published = JsonDocument.Parse(File.ReadAllBytes(TestData.Shared("quant", "codebooks.json")));

    [Fact]
    public void Codebooks_are_the_published_ones()
    {
        Bytes(Codebooks.IQ2_XXS, Codebooks.IQ2_XXSEntries).ShouldBe(Published("IQ2_XXS", level => level));
        Bytes(Codebooks.IQ2_XS, Codebooks.IQ2_XSEntries).ShouldBe(Published("IQ2_XS", level => level));
        Bytes(Codebooks.IQ2_S, Codebooks.IQ2_SEntries).ShouldBe(Published("IQ2_S", level => level));
        Bytes(Codebooks.IQ3_XXS, Codebooks.IQ3_XXSEntries).ShouldBe(Published("IQ3_XXS", level => level));
        Bytes(Codebooks.IQ3_S, Codebooks.IQ3_SEntries).ShouldBe(Published("IQ3_S", level => level));
        Bytes(Codebooks.IQ1, Codebooks.IQ1Entries).ShouldBe(Published("IQ1_S", level => 8 * (level + 1)));
    }

    [Fact]
    public void Values_of_nibbles_are_the_published_ones() =>
        NonLinear.Values.ToArray().Select(value => (int)value).ShouldBe(Levels("IQ4_NL"));

    [Fact]
    public void Seven_signs_are_completed_to_an_even_number()
    {
        var signs = new ReadOnlySpan<sbyte>(Codebooks.EvenSigns, 128 * 8);
        for (var seven = 0; seven < 128; seven++)
        {
            var negative = Enumerable.Range(0, 7).Where(i => (seven >> i & 1) == 1).ToList();
            if (negative.Count % 2 == 1) negative.Add(7);
            signs.Slice(8 * seven, 8).ToArray().ShouldBe(Enumerable.Range(0, 8).Select(i => (sbyte)(negative.Contains(i) ? -1 : 1)));
        }
    }

    public void Dispose() => _published.Dispose();

    static byte[] Bytes<T>(T* table, int entries) where T : unmanaged => new ReadOnlySpan<byte>(table, entries * sizeof(T)).ToArray();

    byte[] Published(string format, Func<int, int> value)
    {
        var levels = Levels(format);
        return [.. _published.RootElement.GetProperty(format).GetProperty("codes").EnumerateArray()
            .SelectMany(code => code.GetString()!).Select(digit => (byte)value(levels[digit - '0']))];
    }

    int[] Levels(string format) => [.. _published.RootElement.GetProperty(format).GetProperty("levels").EnumerateArray().Select(level => level.GetInt32())];
}
