using System.CommandLine;
using CoderLsp.Bench;
using CoderLsp.ServerBench;

// Started by bench/memory, which makes the model, but for the menu, which needs none.
var server = new Option<string?>("--server") { Description = "The coderlsp executable; default: the one built from this repository.", Recursive = true };
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

var lines = new Option<int>("--lines") { Description = "Of the document.", DefaultValueFactory = _ => 5000 };
var requests = new Option<int>("--requests") { Description = "How many menus are asked for.", DefaultValueFactory = _ => 2000 };
var menu = new Command("menu", "Measures how long it takes until an editor knows which code actions there are.") { lines, requests };
menu.SetAction((parse, cancellation) =>
    MenuTiming.RunAsync(parse.GetValue(server) ?? LspClient.BuiltServer(), parse.GetValue(lines), parse.GetValue(requests), cancellation));
root.Add(menu);
return await root.Parse(args).InvokeAsync();
