using CoderLsp.Inference.Gguf;

namespace CoderLsp.Inference.Tests.Gguf;

/// <summary>Splits models as other programs do: the first part has the metadata, every part its numbers.</summary>
static class SplitModel
{
    /// <summary>Writes <c>NAME-0000k-of-0000N.gguf</c> with as many tensors each, and returns the paths.</summary>
    public static IReadOnlyList<string> Split(GgufFile whole, int count, TempFolder folder, string name)
    {
        var perPart = (whole.Tensors.Count + count - 1) / count;
        return [.. Enumerable.Range(1, count).Select(number =>
        {
            var writer = new GgufWriter();
            if (number == 1)
                foreach (var key in whole.Metadata.Keys) writer.AddCopy(whole.Metadata, key);
            AddNumbers(writer, number, count, whole.Tensors.Count);
            foreach (var tensor in whole.Tensors.Skip((number - 1) * perPart).Take(perPart)) writer.AddCopy(tensor);
            return folder.Write($"{name}-{number:D5}-of-{count:D5}.gguf", writer.ToArray());
        })];
    }

    public static void AddNumbers(GgufWriter writer, int number, int count, int tensors)
    {
        writer.Add("split.no", (ushort)(number - 1));
        writer.Add("split.count", (ushort)count);
        writer.Add("split.tensors.count", tensors);
    }
}
