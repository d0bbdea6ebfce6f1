namespace CoderLsp.TestSupport;

/// <summary>Where tests find the repository's own files and, for suites with the trait <c>Needs=Shared</c>, the shared test data.</summary>
static class TestData
{
    /// <summary>The folder of CoderLsp.sln.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>A file of the repository, which must exist.</summary>
    public static string InRepository(params string[] parts) => Existing(Path.Combine([Repository, .. parts]));

    /// <summary>A file or folder of the shared test data (<c>CODERLSP_SHARED</c>, else <c>../shared</c>), which must exist: a missing one fails the test.</summary>
    public static string Shared(params string[] parts) => Existing(Path.Combine([SharedRoot, .. parts]));

    static string SharedRoot => Environment.GetEnvironmentVariable("CODERLSP_SHARED") is { Length: > 0 } root
        ? root : Path.Combine(Repository, "..", "shared");

    static string Existing(string path) => Path.Exists(path) ? path : throw new FileNotFoundException($"Test data is missing: {path}");

    static string FindRepository()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            if (File.Exists(Path.Combine(folder, "CoderLsp.sln"))) return folder;
        throw new DirectoryNotFoundException($"No CoderLsp.sln above {AppContext.BaseDirectory}.");
    }
}
