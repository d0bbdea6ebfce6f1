using CoderLsp.Commands;

return await CommandLine.RunAsync(args, CommandOutput.ForProcess());
