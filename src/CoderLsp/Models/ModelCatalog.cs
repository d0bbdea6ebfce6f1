using CoderLsp.Inference.Gguf;

namespace CoderLsp.Models;

/// <summary>A model's file, of a split one its first part, and what a user calls it.</summary>
readonly record struct ModelFile(string Name, string Path)
{
    /// <summary>The model that this file is, or is a part of.</summary>
    public static ModelFile Of(string path) => SplitName.Of(path) is { } split
        ? new(split.ModelName, File.Exists(split.PathOf(1)) ? split.PathOf(1) : path)
        : new(System.IO.Path.GetFileNameWithoutExtension(path), path);

    /// <summary>The files of the model that are there. They are looked for in the folder: a name alone may speak of 99,999 parts.</summary>
    public IEnumerable<string> Parts => SplitName.Of(System.IO.Path.GetFullPath(Path)) is { } split
        ? Directory.EnumerateFiles(System.IO.Path.GetDirectoryName(split.Stem)!, "*.gguf")
            .Where(path => SplitName.Of(path) is { } part && part with { Number = split.Number } == split).Order(StringComparer.Ordinal)
        : [Path];
}

/// <summary>Finds the file of a model that the user gave as a path or by name.</summary>
sealed class ModelCatalog(IReadOnlyList<string> folders, string installation)
{
    const string EmbeddedName = "seedling";

    public ModelCatalog(IReadOnlyList<string> folders) : this(folders, AppContext.BaseDirectory)
    {
    }

    string EmbeddedPath => Path.Combine(installation, "models", "seedling", "seedling-q8_0.gguf");

    /// <summary>Names that <see cref="Find"/> knows: the embedded default and the files in the folders.</summary>
    public IEnumerable<string> Names => [EmbeddedName, .. folders.SelectMany(NamesIn).Distinct().Order(StringComparer.Ordinal)];

    /// <exception cref="UserException">There is no such model; the message lists the names and where was looked.</exception>
    public ModelFile Find(string model)
    {
        if (model == EmbeddedName)
            return File.Exists(EmbeddedPath) ? new(EmbeddedName, EmbeddedPath)
                : throw new UserException($"The embedded model is missing from the installation: {EmbeddedPath}. Install coderlsp again.");
        if (File.Exists(model)) return ModelFile.Of(Path.GetFullPath(model));
        if (Directory.Exists(model)) throw new UserException($"{model} is a folder. Name a .gguf file in it.");
        foreach (var folder in folders)
            foreach (var file in (ReadOnlySpan<string>)[model, model + ".gguf"])
                if (Path.Combine(folder, file) is var path && File.Exists(path))
                    return ModelFile.Of(path);
        var name = model.EndsWith(".gguf", StringComparison.Ordinal) ? Path.GetFileNameWithoutExtension(model) : model;
        return folders.SelectMany(FilesIn).Where(file => file.Name == name).OrderBy(file => file.Path, StringComparer.Ordinal)
            .Select(file => (ModelFile?)file).FirstOrDefault() ?? throw Unknown(model);
    }

    UserException Unknown(string model)
    {
        var looksLikePath = model.Contains('/') || model.Contains('\\') || model.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase);
        var what = looksLikePath ? $"There is no model file {model}" : $"There is no model named '{model}'";
        var known = $"{what}.{ClosestName.Hint(model, Names)} Known names: {string.Join(", ", Names)}.";
        if (Path.IsPathRooted(model)) return new($"{known} Give one of these, or the path of a .gguf file.");
        return new($"{known} Looked in {string.Join(", ", folders.Prepend("the current folder"))}. Give a path, or put the .gguf file into one of these folders.");
    }

    /// <summary>Names of the models in one folder.</summary>
    public static IEnumerable<string> NamesIn(string folder) => FilesIn(folder).Select(file => file.Name).Distinct();

    static IEnumerable<ModelFile> FilesIn(string folder) => Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.gguf").Select(ModelFile.Of) : [];
}
