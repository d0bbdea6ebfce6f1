namespace CoderLsp.Commands;

static class ExitStatus
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int WrongUsage = 2;

    /// <summary>What shells expect of a program that Ctrl-C ended: 128 + SIGINT.</summary>
    public const int Cancelled = 130;
}

/// <summary>The command line itself is wrong: <see cref="ExitStatus.WrongUsage"/>.</summary>
sealed class UsageException(string message) : UserException(message);
