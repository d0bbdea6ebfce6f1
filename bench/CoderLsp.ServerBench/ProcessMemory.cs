using System.Globalization;

namespace CoderLsp.ServerBench;

/// <summary>What a process has in memory, from <c>/proc/PID/smaps</c>, in bytes: the model's pages apart from all others.</summary>
/// <param name="ModelShared">Pages of the model's file that another process has too.</param>
/// <param name="ModelPrivate">Pages of the model's file that no other process has mapped; clean ones are the system's cache and cost nothing.</param>
/// <param name="ModelDirty">Those among them that were written to: copies.</param>
/// <param name="Private">All other pages that are the process's own.</param>
/// <param name="Shared">All other pages that are not: libraries.</param>
sealed record ProcessMemory(long ModelShared, long ModelPrivate, long ModelDirty, long Private, long Shared)
{
    public static ProcessMemory Of(int process, string model)
    {
        var file = Path.GetFileName(model);
        var ofModel = false;
        var (modelShared, modelPrivate, modelDirty, own, shared) = (0L, 0L, 0L, 0L, 0L);
        foreach (var line in File.ReadLines($"/proc/{process}/smaps"))
        {
            var colon = line.IndexOf(':');
            if (colon < 0 || line[..colon].Contains('-')) // address range, rights, offset, device, inode, file
            {
                ofModel = line.EndsWith(file, StringComparison.Ordinal);
                continue;
            }

            switch (line[..colon])
            {
                case "Private_Clean" when ofModel: modelPrivate += Bytes(line); break;
                case "Private_Dirty" when ofModel: modelPrivate += Bytes(line); modelDirty += Bytes(line); break;
                case "Shared_Clean" or "Shared_Dirty" when ofModel: modelShared += Bytes(line); break;
                case "Private_Clean" or "Private_Dirty": own += Bytes(line); break;
                case "Shared_Clean" or "Shared_Dirty": shared += Bytes(line); break;
            }
        }

        return new(modelShared, modelPrivate, modelDirty, own, shared);
    }

    static long Bytes(string line) => 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
}
