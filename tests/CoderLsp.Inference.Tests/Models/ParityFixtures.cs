using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using CoderLsp.Kernels.Attention;
using CoderLsp.TestSupport;

namespace CoderLsp.Inference.Tests.Models;

/// <summary>The small models of tests/fixtures/parity with their expected results.</summary>
static class ParityFixtures
{
    public static readonly int[] Tokens = JsonSerializer.Deserialize<int[]>(File.ReadAllText(Fixture("golden", "tokens.json")))!;

    public static readonly string[] Names =
        [.. Directory.GetFiles(Fixture("models")).Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    /// <summary>How far each file may be, by the table of the README.</summary>
    public static IEnumerable<(string Name, double Bar)> Bars() =>
        from line in File.ReadLines(Fixture("README.md"))
        let cells = line.Split('|', StringSplitOptions.TrimEntries)
        where cells.Length >= 5 && double.TryParse(cells[3], CultureInfo.InvariantCulture, out _)
        select (cells[1], double.Parse(cells[3], CultureInfo.InvariantCulture));

    /// <summary>The bars' floor, below which those of files with exact weights are. These hold with a cache in half precision, the floor with one of int8.</summary>
    public static double BarWith(KvType cache, double bar) => cache == KvType.Q8 ? Math.Max(bar, 5e-4) : bar;

    /// <summary>(48, 320) natural-log probabilities: those of the exact weights where there are some.</summary>
    public static float[] Expected(string name)
    {
        var exact = Path.Combine(Fixture("golden"), $"{name}.exact.logprobs.f32");
        return Floats(File.Exists(exact) ? exact : Fixture("golden", $"{name}.logprobs.f32"));
    }

    public static float[] Floats(string path) => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(path)).ToArray();

    public static string Model(string name) => Fixture("models", $"{name}.gguf");

    public static string Fixture(params string[] parts) => TestData.InRepository(["tests", "fixtures", "parity", .. parts]);
}
