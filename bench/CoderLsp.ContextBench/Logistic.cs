namespace CoderLsp.ContextBench;

/// <summary>Logistic regression.</summary>
static class Logistic
{
    // Against weights of what all samples, or none, have.
    const double Ridge = 0.1;

    public static double Chance(double[] weights, double[] features) => 1 / (1 + Math.Exp(-weights.Zip(features, (weight, feature) => weight * feature).Sum()));

    /// <summary>The most probable weights, by Newton's method.</summary>
    public static double[] Fit((double[] Features, bool IsTrue)[] samples)
    {
        var count = samples[0].Features.Length;
        var weights = new double[count];
        for (var round = 0; round < 25; round++)
        {
            var matrix = new double[count, count + 1]; // the second derivatives, and beside them the first
            for (var i = 0; i < count; i++) (matrix[i, i], matrix[i, count]) = (Ridge, -Ridge * weights[i]);
            foreach (var (features, isTrue) in samples)
            {
                var chance = Chance(weights, features);
                for (var i = 0; i < count; i++)
                {
                    matrix[i, count] += ((isTrue ? 1 : 0) - chance) * features[i];
                    for (var j = 0; j < count; j++) matrix[i, j] += chance * (1 - chance) * features[i] * features[j];
                }
            }
            Eliminate(matrix, count);
            for (var i = 0; i < count; i++) weights[i] += matrix[i, count];
        }
        return weights;
    }

    /// <summary>Gauss and Jordan: the solution stands in the last column. The matrix is positive definite, so no pivot is zero.</summary>
    static void Eliminate(double[,] matrix, int count)
    {
        for (var pivot = 0; pivot < count; pivot++)
        {
            for (var j = count; j >= pivot; j--) matrix[pivot, j] /= matrix[pivot, pivot];
            for (var i = 0; i < count; i++)
                if (i != pivot)
                    for (var j = count; j >= pivot; j--) matrix[i, j] -= matrix[i, pivot] * matrix[pivot, j];
        }
    }
}
