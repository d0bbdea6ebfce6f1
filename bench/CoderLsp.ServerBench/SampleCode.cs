using System.Diagnostics;
using System.Text;

namespace CoderLsp.ServerBench;

/// <summary>Code of a wanted number of tokens.</summary>
static class SampleCode
{
    /// <summary>Whole statements, at most <paramref name="tokens"/> by the model's own vocabulary, and what they come to.</summary>
    public static async Task<(string Text, int Tokens)> OfAsync(int tokens, string server, string model, CancellationToken cancellation)
    {
        // A statement has some 7 tokens in any vocabulary of code.
        var (count, text) = (tokens / 4, "");
        while (true)
        {
            text = Statements(count);
            var found = await CountAsync(text, server, model, cancellation);
            if (found <= tokens || count == 1) return (text, found);
            count = Math.Min(count - 1, count * tokens / found);
        }
    }

    static string Statements(int count)
    {
        var text = new StringBuilder("static class Program\n{\n    static void Main()\n    {\n");
        for (var i = 0; i < count; i++) text.Append($"        total += v{i % 10};\n");
        return text.Append("        return").ToString();
    }

    static async Task<int> CountAsync(string text, string server, string model, CancellationToken cancellation)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, text, cancellation);
            using var process = Process.Start(new ProcessStartInfo(server, ["tokenize", "--model", model, file]) { RedirectStandardOutput = true })!;
            var ids = await process.StandardOutput.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation);
            if (process.ExitCode != 0) throw new InvalidOperationException("coderlsp tokenize failed.");
            return ids.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
        }
        finally
        {
            File.Delete(file);
        }
    }
}
