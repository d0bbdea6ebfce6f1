using CoderLsp.Kernels.Blocks;

namespace CoderLsp.Kernels.MatMul;

/// <summary>Copies of matrices in half precision whose rows are the columns of the originals.</summary>
public static unsafe class Transposition
{
    /// <param name="matrices">Of one type and shape: rows × columns.</param>
    /// <returns>The copies, columns × rows each, and the memory of all, which they need.</returns>
    public static (Matrix[] Copies, NativeBuffer<ushort> Memory) Run(ComputePool pool, IReadOnlyList<Matrix> matrices)
    {
        var first = matrices[0];
        var length = (long)first.Rows * first.Columns;
        var memory = new NativeBuffer<ushort>(matrices.Count * length);
        using var scratch = new NativeBuffer<float>((long)pool.ThreadCount * TransposeJob.TileRows * first.Columns);
        fixed (nint* sources = matrices.Select(matrix => matrix.Data).ToArray())
        {
            var job = new TransposeJob
            {
                Sources = sources, Dequantize = first.Kernel.Dequantize, RowBytes = first.RowBytes, Rows = first.Rows, Columns = first.Columns,
                Scratch = scratch.Data, Target = memory.Data,
            };
            pool.Run(ref job, matrices.Count * job.Tiles);
        }

        var kernel = KernelRegistry.Find(TensorType.F16)!;
        return ([.. matrices.Select((_, i) => new Matrix(kernel, (nint)(memory.Data + i * length), first.Columns, first.Rows))], memory);
    }
}

/// <summary>An item is a tile of some rows of a matrix, which become so many neighbours in each row of its copy.</summary>
unsafe struct TransposeJob : IParallelJob
{
    // Half a line of the cache to write at once, and few enough rows to stay in the first cache until all their columns are read.
    public const int TileRows = 16;

    /// <summary>The matrices' first rows.</summary>
    public nint* Sources;
    public delegate*<byte*, int, float*, void> Dequantize;
    public long RowBytes;
    public int Rows, Columns;

    /// <summary>(workers, tile rows, columns).</summary>
    public float* Scratch;

    /// <summary>(matrices, columns, rows).</summary>
    public ushort* Target;

    /// <summary>Of a matrix.</summary>
    public readonly int Tiles => (Rows + TileRows - 1) / TileRows;

    public readonly void Execute(int worker, int first, int last)
    {
        var tile = Scratch + (long)worker * TileRows * Columns;
        var column = stackalloc float[TileRows];
        for (var item = first; item < last; item++)
        {
            int matrix = item / Tiles, row = item % Tiles * TileRows, rows = Math.Min(TileRows, Rows - row);
            for (var r = 0; r < rows; r++) Dequantize((byte*)Sources[matrix] + (row + r) * RowBytes, Columns, tile + (long)r * Columns);
            var target = Target + (long)matrix * Rows * Columns + row;
            for (var c = 0; c < Columns; c++)
            {
                for (var r = 0; r < rows; r++) column[r] = tile[(long)r * Columns + c];
                HalfBits.FromSingle(column, target + (long)c * Rows, rows);
            }
        }
    }
}
