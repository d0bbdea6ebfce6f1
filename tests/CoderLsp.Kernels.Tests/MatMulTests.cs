using CoderLsp.Kernels.MatMul;

namespace CoderLsp.Kernels.Tests;

/// <summary>
/// Every kernel against its scalar twin, and the scalar twins against products of dequantised weights in double precision. A kernel that this
/// machine cannot run is reported as skipped.
/// </summary>
public sealed unsafe class MatMulTests
{
    public static TheoryData<TensorType, InstructionSet> Kernels()
    {
        var kernels = new TheoryData<TensorType, InstructionSet>();
        foreach (var kernel in KernelRegistry.Kernels) kernels.Add(kernel.Type, kernel.Set);
        return kernels;
    }

    public static TheoryData<TensorType> Types() => [.. KernelRegistry.SupportedTypes];

    [Theory, MemberData(nameof(Kernels))]
    public void Products_equal_those_of_the_dequantised_weights(TensorType type, InstructionSet set)
    {
        Assert.SkipUnless(InstructionSets.IsSupported(set), $"This machine has no {set}.");
        var kernel = KernelRegistry.Find(type, set)!;
        kernel.Set.ShouldBe(set);

        // Odd numbers of rows and tokens reach the edges of tiles; batches up to 9 take both ways.
        foreach (var (rows, blocks) in new[] { (1, 1), (7, 3), (8, 2), (19, 5), (64, 1), (75, 2), (5, 19) })
        {
            var columns = blocks * Math.Max(32, BlockLayouts.Of(type).BlockSize);
            using var weights = new RandomMatrix(kernel, rows, columns, seed: rows);
            var exact = Dequantise(weights.Matrix);
            foreach (var tokens in new[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 18 })
            {
                var x = RandomValues(tokens * columns, seed: tokens);
                var rounded = Round(tokens > kernel.FewTokensLimit ? kernel.PanelActivations : kernel.Activations, x, columns);
                var y = Multiply(weights.Matrix, x, tokens);
                for (var t = 0; t < tokens; t++)
                    for (var r = 0; r < rows; r++)
                    {
                        var (expected, size) = Dot(exact.AsSpan(r * columns, columns), rounded.AsSpan(t * columns, columns));
                        // Nothing but the order of float additions may differ.
                        ((double)y[t * rows + r]).ShouldBe(expected, 1e-5 * size + 1e-6, $"{type} {set}, {rows} × {columns}, token {t} of {tokens}, row {r}");
                    }
            }
        }
    }

    /// <summary>It computes with memory that it makes up, whatever the type's blocks, panels and tiles want.</summary>
    [Theory, MemberData(nameof(Types))]
    public void A_kernel_can_be_compiled_ahead(TensorType type)
    {
        MatMul.MatMul.Prepare(KernelRegistry.Find(type)!);
        MatMul.MatMul.Prepare(KernelRegistry.Find(type, InstructionSet.Scalar)!);
    }

    [Theory, MemberData(nameof(Types))]
    public void A_token_has_the_same_bits_in_any_small_batch(TensorType type)
    {
        const int rows = 5, tokens = MatMul.MatMul.FewTokensLimit;
        var kernel = KernelRegistry.Find(type)!;
        var columns = 11 * Math.Max(32, BlockLayouts.Of(type).BlockSize);
        using var weights = new RandomMatrix(kernel, rows, columns, seed: 1);
        var x = RandomValues(tokens * columns, seed: 2);
        for (var count = 2; count <= kernel.FewTokensLimit; count++)
        {
            var batch = Multiply(weights.Matrix, x[..(count * columns)], count);
            for (var t = 0; t < count; t++)
                batch[(t * rows)..((t + 1) * rows)].ShouldBe(Multiply(weights.Matrix, x[(t * columns)..((t + 1) * columns)], 1), $"token {t} of {count}");
        }
    }

    [Fact]
    public void Products_that_share_their_input_are_the_same_as_alone()
    {
        const int columns = 512, tokens = 6;
        using var a = new RandomMatrix(KernelRegistry.Find(TensorType.Q4_K)!, 24, columns, 1);
        using var b = new RandomMatrix(KernelRegistry.Find(TensorType.Q6_K)!, 13, columns, 2);
        using var c = new RandomMatrix(KernelRegistry.Find(TensorType.Q5_0)!, 40, columns, 3);
        var x = RandomValues(tokens * columns, 4);
        using var pool = new ComputePool(3);
        using var products = new MatMul.MatMul(pool);
        using var activations = new Activations();
        activations.Begin(tokens, columns);
        x.CopyTo(new Span<float>(activations.Values, x.Length));
        using NativeBuffer<float> ya = new(24 * tokens), yb = new(13 * tokens), yc = new(40 * tokens);
        products.Run(activations,
            [new Product(a.Matrix, (nint)ya.Data, 24), new Product(b.Matrix, (nint)yb.Data, 13), new Product(c.Matrix, (nint)yc.Data, 40)]);
        ya.Span(0, 24 * tokens).ToArray().ShouldBe(Multiply(a.Matrix, x, tokens));
        yb.Span(0, 13 * tokens).ToArray().ShouldBe(Multiply(b.Matrix, x, tokens));
        yc.Span(0, 40 * tokens).ToArray().ShouldBe(Multiply(c.Matrix, x, tokens));
    }

    [Theory]
    [InlineData(TensorType.Q4_K, false), InlineData(TensorType.Q4_K, true), InlineData(TensorType.Q8_0, true), InlineData(TensorType.F16, true)]
    public void Products_of_some_tokens_are_those_of_the_whole(TensorType type, bool fine)
    {
        const int columns = 512, rows = 13, tokens = 23, stride = 20;
        using var weights = new RandomMatrix(KernelRegistry.Find(type)!, rows, columns, 1);
        var x = RandomValues(tokens * columns, 2);
        var whole = Multiply(weights.Matrix, x, tokens, fine);
        using var pool = new ComputePool(2);
        using var products = new MatMul.MatMul(pool);
        using var activations = new Activations();
        activations.Begin(tokens, columns, fine);
        x.CopyTo(new Span<float>(activations.Values, x.Length));

        // As experts have them: one after the other, few tokens or many, to rows that are further apart than they are long.
        using var y = new NativeBuffer<float>(tokens * stride);
        y.Span(0, tokens * stride).Fill(-7);
        Product Part(int first, int? count) => new(weights.Matrix, (nint)(y.Data + first * stride), stride, first, count);
        products.Run(activations, [Part(0, 1), Part(1, 14), Part(15, 5), Part(20, null)]);
        for (var t = 0; t < tokens; t++)
        {
            // Few and many tokens add in another order; with weights of 8 bits they also round in another way.
            for (var r = 0; r < rows; r++) y.Data[t * stride + r].ShouldBe(whole[t * rows + r], type == TensorType.Q8_0 ? 1e-2f : 1e-4f, $"token {t}, row {r}");
            for (var r = rows; r < stride; r++) y.Data[t * stride + r].ShouldBe(-7);
        }
    }

    [Theory, MemberData(nameof(Types))]
    public void Fine_activations_are_nearer_to_the_exact_product(TensorType type)
    {
        const int columns = 512, rows = 11;
        var kernel = KernelRegistry.Find(type)!;
        using var weights = new RandomMatrix(kernel, rows, columns, 5);
        var exact = Dequantise(weights.Matrix);
        foreach (var tokens in new[] { 1, 3, 6, 17 })
        {
            var x = RandomValues(tokens * columns, tokens);
            float[] plain = Multiply(weights.Matrix, x, tokens), fine = Multiply(weights.Matrix, x, tokens, fine: true);
            if (kernel.Activations == ActivationKind.Unrounded || tokens > kernel.FewTokensLimit && kernel.PanelActivations == ActivationKind.Int16By32)
            {
                fine.ShouldBe(plain);
                continue;
            }

            double plainError = 0, fineError = 0;
            for (var t = 0; t < tokens; t++)
                for (var r = 0; r < rows; r++)
                {
                    var (expected, _) = Dot(exact.AsSpan(r * columns, columns), [.. x.Skip(t * columns).Take(columns).Select(v => (double)v)]);
                    plainError += Math.Pow(plain[t * rows + r] - expected, 2);
                    fineError += Math.Pow(fine[t * rows + r] - expected, 2);
                }

            plainError.ShouldBeGreaterThan(0);
            double.IsFinite(fineError).ShouldBeTrue();
            Math.Sqrt(fineError).ShouldBeLessThan(Math.Sqrt(plainError) / 30, $"{tokens} tokens");
        }
    }

    [Theory, InlineData(TensorType.Q4_K), InlineData(TensorType.F32)]
    public void A_slice_holds_the_weights_of_its_rows(TensorType type)
    {
        const int rows = 12, columns = 512;
        using var weights = new RandomMatrix(KernelRegistry.Find(type)!, rows, columns, 3);
        var all = Dequantise(weights.Matrix);
        Dequantise(weights.Matrix.Slice(5, 4)).ShouldBe(all[(5 * columns)..(9 * columns)]);
        Dequantise(weights.Matrix.Slice(0, rows)).ShouldBe(all);
        foreach (var (first, count) in new[] { (-1, 2), (0, 0), (9, 4), (0, 13), (int.MaxValue, 2) })
            Should.Throw<ArgumentOutOfRangeException>(() => weights.Matrix.Slice(first, count));
    }

    [Theory]
    [InlineData(TensorType.Q4_K, 1)]
    [InlineData(TensorType.Q4_K, 3)]
    [InlineData(TensorType.F32, 2)]
    public void Transposed_copies_hold_the_weights_of_the_matrices_as_halves(TensorType type, int threads)
    {
        const int count = 3, rows = 37, columns = 512; // tiles of 16, 16 and 5 rows
        using var weights = new RandomMatrix(KernelRegistry.Find(type)!, (count + 1) * rows, columns, 3);
        using var pool = new ComputePool(threads);
        Matrix[] matrices = [.. new[] { 2, 0, 3 }.Select(i => weights.Matrix.Slice(i * rows, rows))];
        var (copies, memory) = Transposition.Run(pool, matrices);
        using (memory)
        {
            copies.Length.ShouldBe(count);
            foreach (var (copy, matrix) in copies.Zip(matrices))
            {
                (copy.Rows, copy.Columns).ShouldBe((columns, rows));
                double[] actual = Dequantise(copy), expected = Dequantise(matrix);
                for (var r = 0; r < rows; r++)
                    for (var c = 0; c < columns; c++) actual[c * rows + r].ShouldBe((double)(Half)expected[r * columns + c]);
            }
        }
    }

    [Fact]
    public void The_selected_kernel_is_the_best_that_the_machine_has()
    {
        InstructionSets.Select(null).ShouldBe(InstructionSets.Best);
        InstructionSets.IsSupported(InstructionSets.Best).ShouldBeTrue();
        InstructionSets.Select("scalar").ShouldBe(InstructionSet.Scalar);
        Should.Throw<NotSupportedException>(() => InstructionSets.Select("mmx")).Message.ShouldContain("CODERLSP_ISA");
        KernelRegistry.Find(TensorType.Q4_K, InstructionSet.Scalar)!.Set.ShouldBe(InstructionSet.Scalar);
        foreach (var set in Enum.GetValues<InstructionSet>()) KernelRegistry.Find(TensorType.Q4_0, set)!.Set.ShouldBe(set);
    }

    static float[] Multiply(Matrix matrix, float[] x, int tokens, bool fine = false)
    {
        using var pool = new ComputePool(2);
        using var products = new MatMul.MatMul(pool);
        using var activations = new Activations();
        activations.Begin(tokens, matrix.Columns, fine);
        x.CopyTo(new Span<float>(activations.Values, x.Length));
        using var y = new NativeBuffer<float>(tokens * matrix.Rows);
        products.Run(activations, new Product(matrix, (nint)y.Data, matrix.Rows));
        return y.Span(0, tokens * matrix.Rows).ToArray();
    }

    /// <summary>What the activations are after rounding, by the definition.</summary>
    static double[] Round(ActivationKind kind, float[] x, int columns)
    {
        if (kind == ActivationKind.Unrounded) return [.. x.Select(v => (double)v)];
        var block = kind == ActivationKind.Int8By256 ? 256 : 32;
        var range = kind == ActivationKind.Int16By32 ? 32767 : 127;
        (columns % block).ShouldBe(0);
        return [.. x.Chunk(block).SelectMany(values =>
        {
            var largest = values.Max(Math.Abs);
            return values.Select(v => (double)MathF.Round(v * (range / largest)) * (largest / range));
        })];
    }

    static double[] Dequantise(Matrix matrix)
    {
        var row = new float[matrix.Columns];
        var all = new double[matrix.Rows * matrix.Columns];
        for (var r = 0; r < matrix.Rows; r++)
        {
            matrix.Dequantize(r, row);
            for (var c = 0; c < row.Length; c++) all[r * row.Length + c] = row[c];
        }

        return all;
    }

    static (double Sum, double Size) Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0, size = 0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
            size += Math.Abs(a[i] * b[i]);
        }

        return (sum, size);
    }

    static float[] RandomValues(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - 0.5) * (random.Next(20) == 0 ? 10 : 1))];
    }
}
