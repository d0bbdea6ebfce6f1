using System.CommandLine;
using CoderLsp.FimBench;
using CoderLsp.ServerBench;

// Started by bench/memory, which makes the model.
var server = new Option<string?>("--server") { Description = "The coderlsp executable; default: the one built from this repository." };
var model = new Option<string>("--model") { Description = "The model's file.", Required = true };
var starts = new Option<int>("--starts") { Description = "How often the server is started and its first answer timed.", DefaultValueFactory = _ => 3 };
var tokens = new Option<int>("--tokens") { Description = "Tokens of the prompt after which memory is read.", DefaultValueFactory = _ => 1024 };

var root = new RootCommand("Measures what a language server takes while it waits and while it starts: memory, processor time, seconds.") { server, model, starts, tokens };
root.SetAction(async (parse, cancellation) =>
{
    if (!OperatingSystem.IsLinux())
    {
        Console.Error.WriteLine("This reads /proc, which only Linux has.");
        return 2;
    }

    var measuring = new Measuring(parse.GetValue(server) ?? LspClient.BuiltServer(), Path.GetFullPath(parse.GetValue(model)!), cancellation);
    await measuring.StartsAsync(parse.GetValue(starts));
    await measuring.MemoryAndIdlenessAsync(parse.GetValue(tokens));
    measuring.Print();
    return 0;
});
return await root.Parse(args).InvokeAsync();
