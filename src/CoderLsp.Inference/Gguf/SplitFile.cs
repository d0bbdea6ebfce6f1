namespace CoderLsp.Inference.Gguf;

/// <summary>
/// Opens a model with all its parts, whichever of them was named. The others are found by the pattern of their names in the same folder and
/// nowhere else: what a file says never becomes a path.
/// </summary>
static class SplitFile
{
    /// <returns>At least one part; the first has the model's metadata.</returns>
    /// <exception cref="GgufException">A part is missing, cannot be used, or is not of the same model as the others.</exception>
    public static IReadOnlyList<GgufPart> Open(string path)
    {
        var parts = new List<GgufPart> { GgufPart.Open(path) };
        try
        {
            if (parts[0].SplitCount > 1) OpenOthers(NameOf(parts[0]), parts);
            return parts;
        }
        catch
        {
            foreach (var part in parts) part.Dispose();
            throw;
        }
    }

    /// <summary>The file's name and its metadata must say the same.</summary>
    static SplitName NameOf(GgufPart part)
    {
        if (part.SplitNumber is not { } number || number > part.SplitCount)
            throw Error(part, $"its metadata has {part.SplitCount} as 'split.count' and no 'split.no' below it");
        if (SplitName.Of(part.Path) is not { } name)
            throw Error(part, $"it is part {number} of {part.SplitCount}, but is not named NAME-{number:D5}-of-{part.SplitCount:D5}.gguf, "
                + "by which the other parts could be found; give it its name back");
        CheckNumber(part, name.Number, name.Count);
        return name;
    }

    static void OpenOthers(SplitName name, List<GgufPart> parts)
    {
        var given = parts[0];
        CheckNothingIsMissing(given, name);
        for (var number = 1; number <= name.Count; number++)
        {
            if (number == name.Number) continue;
            var part = GgufPart.Open(name.PathOf(number));
            parts.Insert(number < name.Number ? parts.Count - 1 : parts.Count, part);
            CheckNumber(part, number, name.Count);
        }

        CheckTensors(parts);
    }

    static void CheckNothingIsMissing(GgufPart given, SplitName name)
    {
        var missing = name.Paths.Where(path => !File.Exists(path)).Select(path => Path.GetFileName(path)).ToList();
        if (missing.Count > 0)
            throw Error(given, $"the model has {name.Count} parts, and {missing[0]}{(missing.Count > 1 ? $" and {missing.Count - 1} more are" : " is")} "
                + "missing from the same folder");
    }

    static void CheckNumber(GgufPart part, int number, int count)
    {
        if (part.SplitNumber != number || part.SplitCount != count)
            throw Error(part, $"it is named as part {number} of {count}, but its metadata says part {part.SplitNumber?.ToString() ?? "?"} of {part.SplitCount}; "
                + "it is another model's, or was renamed");
    }

    static void CheckTensors(List<GgufPart> parts)
    {
        var first = parts[0];
        var names = new Dictionary<string, GgufPart>();
        foreach (var part in parts)
        {
            if (part.SplitTensors is { } all && first.SplitTensors is { } expected && all != expected)
                throw Error(part, $"its 'split.tensors.count' is {all}, but that of {Path.GetFileName(first.Path)} is {expected}; the two are of different models");
            foreach (var tensor in part.Header.Tensors)
                if (!names.TryAdd(tensor.Name, part))
                    throw Error(part, $"the tensor '{tensor.Name}' is also in {Path.GetFileName(names[tensor.Name].Path)}; the two are of different models");
        }

        if (first.SplitTensors is { } total && total != names.Count)
            throw Error(first, $"its {parts.Count} parts have {names.Count} tensors, but 'split.tensors.count' is {total}; a part is another model's");
    }

    static GgufException Error(GgufPart part, string problem) => new($"{part.Path}: {problem}.");
}
