using CoderLsp.Models;

namespace CoderLsp.Doctor;

/// <summary>Folders that models are read from, and those that the program writes to.</summary>
static class FolderChecks
{
    const int NamesShown = 8;

    /// <param name="configured">Whether the user named the folder: then it should exist.</param>
    public static Finding Models(string folder, bool configured)
    {
        const string check = "model folder";
        try
        {
            if (!Directory.Exists(folder))
                return configured
                    ? Finding.Warning(check, $"{folder} does not exist.", "Make it, or correct modelFolders.")
                    : Finding.Ok(check, $"{folder} does not exist yet. Models that are put there are found by name.");
            var names = ModelCatalog.NamesIn(folder).Order(StringComparer.Ordinal).ToList();
            var more = names.Count > NamesShown ? $" and {names.Count - NamesShown} more" : "";
            return Finding.Ok(check, $"{folder} has {(names.Count == 0 ? "no .gguf files" : string.Join(", ", names.Take(NamesShown)) + more)}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Finding.Error(check, e.Message, "Let your user read the folder, or take it out of modelFolders.");
        }
    }

    /// <summary>Whether files can be written to a folder, or it could be made. Leaves nothing behind.</summary>
    /// <param name="variable">Which environment variable moves it, on Linux.</param>
    public static Finding Writable(string check, string folder, string variable)
    {
        var existing = folder;
        while (!Path.Exists(existing) && Path.GetDirectoryName(existing) is { } parent) existing = parent;
        try
        {
            // Asked of the system and not of permissions: a disk may be full or mounted for reading only.
            using var probe = new FileStream(
                Path.Combine(existing, $".coderlsp-doctor-{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            probe.WriteByte(0);
            probe.Flush();
            return Finding.Ok(check, existing == folder ? $"{folder} can be written to." : $"{folder} does not exist yet and can be made.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Finding.Error(check, $"{folder} cannot be written to: {e.Message}",
                "Let your user write there" + (OperatingSystem.IsLinux() ? $", or set {variable} to a folder where that can be done." : "."));
        }
    }
}
