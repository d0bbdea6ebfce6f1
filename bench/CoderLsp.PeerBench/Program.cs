using System.CommandLine;
using System.Diagnostics;
using CoderLsp.Bench;
using CoderLsp.PeerBench;

// Started by bench/peers, which brings the engines and says where they are: CODERLSP_BIN (an executable), LLAMA_CPP_BIN and IK_LLAMA_CPP_BIN (folders).
var shape = new Option<string>("--shape") { Description = "Shape of the synthetic model.", DefaultValueFactory = _ => "deepseek-coder-1.3b" };
var layers = new Option<int?>("--layers") { Description = "Its layers; default: all of the shape." };
var types = new Option<string>("--types") { Description = "Its quantisations.", HelpName = "TYPE,…", DefaultValueFactory = _ => "Q4_K_M" };
var prompt = new Option<int>("--prompt") { Description = "Tokens of the prompt; 0: none.", DefaultValueFactory = _ => 512 };
var generate = new Option<int>("--generate") { Description = "Tokens to generate; 0: none.", DefaultValueFactory = _ => 32 };
var depth = new Option<string>("--depth") { Description = "Positions to generate behind.", HelpName = "N,…", DefaultValueFactory = _ => "0,4096" };
var threads = new Option<int>("--threads") { Description = "Threads of each engine.", DefaultValueFactory = _ => Environment.ProcessorCount };
var rounds = new Option<int>("--rounds") { Description = "How often each engine is measured, in turn.", DefaultValueFactory = _ => 3 };
var busy = new Option<bool>("--busy") { Description = "Keep the last core busy meanwhile (Linux): how engines stand an editor's own work." };
var machine = new Option<string>("--machine") { Description = "What the report calls this machine.", DefaultValueFactory = _ => Surroundings.Describe() };
var folder = new Option<string>("--out") { Description = "Folder of the results and the models.", DefaultValueFactory = _ => "artifacts/bench" };

var root = new RootCommand("Compares CoderLsp's speed with llama.cpp's and ik_llama.cpp's on the same files.")
{
    shape, layers, types, prompt, generate, depth, threads, rounds, busy, machine, folder,
};
root.SetAction(async parse =>
{
    string Required(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : throw new InvalidOperationException($"{name} is not set.");
    var ours = Contender.Ours(Required("CODERLSP_BIN"));
    Contender[] contenders =
    [
        ours, Contender.LlamaCpp(Environment.GetEnvironmentVariable("LLAMA_CPP_BIN")), Contender.IkLlamaCpp(Environment.GetEnvironmentVariable("IK_LLAMA_CPP_BIN")),
    ];
    var tests = new List<SpeedTest>();
    if (parse.GetValue(prompt) is > 0 and var tokens) tests.Add(new(tokens, 0));
    if (parse.GetValue(generate) is > 0 and var count) tests.AddRange(parse.GetValue(depth)!.Split(',').Select(d => new SpeedTest(0, count, int.Parse(d))));

    var name = parse.GetValue(shape)! + (parse.GetValue(layers) is { } n ? $"-{n}-layers" : "");
    var output = Directory.CreateDirectory(parse.GetValue(folder)!).FullName;
    if (Surroundings.Load is > 0.3 and var load) Console.Error.WriteLine($"The machine is busy (load {load:F1}): the figures will not be worth much.");
    var comparison = new Comparison(contenders, parse.GetValue(threads), parse.GetValue(rounds), Console.Error.WriteLine);
    var measurements = new List<Measurement>();
    foreach (var type in parse.GetValue(types)!.Split(','))
    {
        var model = Path.Combine(output, $"{name}-{type}.gguf");
        if (!File.Exists(model))
        {
            string[] layersOption = parse.GetValue(layers) is { } number ? ["--layers", $"{number}"] : [];
            using var making = Process.Start(ours.Program!, ["bench", "--shape", parse.GetValue(shape)!, "--type", type, "--write", model, .. layersOption]);
            await making.WaitForExitAsync();
            if (making.ExitCode != 0) return 1;
        }
        using var core = parse.GetValue(busy) ? new BusyCore() : null;
        measurements.AddRange(await comparison.MeasureAsync(model, type, tests));
    }

    var surroundings = new Surroundings(parse.GetValue(machine)!, $"{DateTime.UtcNow:yyyy-MM-dd}", string.Join(' ', ["bench/peers", .. Without(machine.Name, args)]));
    var report = new Report(surroundings, name, contenders, measurements);
    report.Print();
    var results = Path.Combine(output, $"peers-{name}{(parse.GetValue(busy) ? "-busy" : "")}");
    await File.WriteAllTextAsync($"{results}.json", report.Json());
    await File.WriteAllTextAsync($"{results}.svg", new Chart(surroundings, name, measurements).Draw());
    Console.WriteLine($"{results}.json and .svg");
    return 0;
});
return await root.Parse(args).InvokeAsync();

// An option with its value: the report says it elsewhere.
static IEnumerable<string> Without(string option, string[] args) => args.Where((_, i) => args[i] != option && (i == 0 || args[i - 1] != option));
