using CoderLsp.Inference.Tests.Gguf;
using CoderLsp.Kernels.Attention;
using static CoderLsp.Inference.Tests.Models.StarCoder2Model;

namespace CoderLsp.Inference.Tests.Models;

/// <summary>A random model of float32 weights against the formulas of its architecture in double precision.</summary>
public sealed class StarCoder2Tests
{
    static readonly int[] Tokens = [.. Enumerable.Range(0, 40).Select(i => (i * 17 + i * i) % Vocabulary)];

    readonly StarCoder2Model _model = new();

    [Theory, InlineData(1), InlineData(7), InlineData(40)]
    public void The_distribution_is_that_of_the_formulas(int chunk)
    {
        using var file = new TempFile(_model.File);
        using var run = new ParityRun(file.Path, KvType.F16);
        var actual = run.LogProbabilities(Tokens, chunk);
        var expected = Reference();
        for (var i = 0; i < expected.Length; i++) ((double)actual[i]).ShouldBe(expected[i], 1e-3, $"token {i / Vocabulary}, logit {i % Vocabulary}");
    }

    /// <summary>(tokens, vocabulary) natural-log probabilities.</summary>
    double[] Reference()
    {
        var embedding = _model.Tensors["token_embd.weight"];
        var states = Tokens.Select(token => Enumerable.Range(0, Width).Select(i => (double)embedding[token * Width + i]).ToArray()).ToArray();
        for (var layer = 0; layer < Layers; layer++)
        {
            var block = $"blk.{layer}.";
            var normed = states.Select(x => Norm(block + "attn_norm", x)).ToArray();
            var queries = normed.Select((x, position) => Rotate(Linear(block + "attn_q", x), position)).ToArray();
            // The cache keeps keys and values as halves.
            var keys = normed.Select((x, position) => Rotate(Linear(block + "attn_k", x), position).Select(AsHalf).ToArray()).ToArray();
            var values = normed.Select(x => Linear(block + "attn_v", x).Select(AsHalf).ToArray()).ToArray();
            for (var t = 0; t < states.Length; t++)
            {
                states[t] = Sum(states[t], Linear(block + "attn_output", Attend(queries[t], keys.AsSpan(0, t + 1), values)));
                var inner = Linear(block + "ffn_up", Norm(block + "ffn_norm", states[t])).Select(Gelu).ToArray();
                states[t] = Sum(states[t], Linear(block + "ffn_down", inner));
            }
        }

        return [.. states.SelectMany(x => LogSoftmax(Product(embedding, Norm("output_norm", x))))];
    }

    static double AsHalf(double x) => (double)(Half)x;

    static double[] Sum(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];

    static double[] Product(float[] matrix, double[] x) => [.. matrix.Chunk(x.Length).Select(row => row.Zip(x, (w, v) => w * v).Sum())];

    double[] Linear(string name, double[] x) => Sum(Product(_model.Tensors[name + ".weight"], x), [.. _model.Tensors[name + ".bias"].Select(b => (double)b)]);

    double[] Norm(string name, double[] x)
    {
        var mean = x.Average();
        var deviation = Math.Sqrt(x.Average(v => (v - mean) * (v - mean)) + Epsilon);
        return [.. x.Select((v, i) => (v - mean) / deviation * _model.Tensors[name + ".weight"][i] + _model.Tensors[name + ".bias"][i])];
    }

    static double Gelu(double x) => x / 2 * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));

    /// <summary>The NEOX way: value i of a head is turned together with the one half a head further on.</summary>
    static double[] Rotate(double[] heads, int position) => [.. heads.Select((x, at) =>
    {
        int i = at % HeadSize, half = HeadSize / 2;
        var angle = position * Math.Pow(RopeBase, -2.0 * (i % half) / HeadSize);
        return i < half ? x * Math.Cos(angle) - heads[at + half] * Math.Sin(angle) : x * Math.Cos(angle) + heads[at - half] * Math.Sin(angle);
    })];

    static double[] Attend(double[] query, ReadOnlySpan<double[]> keys, double[][] values)
    {
        var result = new double[Heads * HeadSize];
        for (var h = 0; h < Heads; h++)
        {
            var shared = h / (Heads / KvHeads) * HeadSize;
            var weights = new double[keys.Length];
            for (var p = 0; p < keys.Length; p++)
            {
                for (var i = 0; i < HeadSize; i++) weights[p] += query[h * HeadSize + i] * keys[p][shared + i] / Math.Sqrt(HeadSize);
                weights[p] = Math.Exp(weights[p]);
            }

            var total = weights.Sum();
            for (var p = 0; p < keys.Length; p++)
                for (var i = 0; i < HeadSize; i++) result[h * HeadSize + i] += weights[p] / total * values[p][shared + i];
        }

        return result;
    }

    static IEnumerable<double> LogSoftmax(double[] logits)
    {
        var total = Math.Log(logits.Sum(Math.Exp));
        return logits.Select(logit => logit - total);
    }
}
