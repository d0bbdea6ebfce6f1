using CoderLsp.Completion.Context;
using CoderLsp.Completion.Documents;
using CoderLsp.Completion.Inline;
using CoderLsp.Completion.Prompts;
using CoderLsp.Completion.Tests.Prompts;
using CoderLsp.Models;

namespace CoderLsp.Tests.Models;

/// <summary>What a key costs with the built-in model's vocabulary, whose tokens join characters across all that was typed.</summary>
public class SeedlingTypingTests
{
    [Fact]
    public void A_key_costs_the_word_at_the_cursor_with_a_real_vocabulary_too()
    {
        using var model = LocalInfillModel.Load(new ModelCatalog([]).Find("seedling"), new(), _ => { });
        var builder = new PromptBuilder(model);
        var typing = new RandomTyping(new Random(5), "file:///a");
        var anchor = new TypingAnchor();
        Prompt? last = null;
        var (keys, tokens) = (0, 0);
        for (var i = 0; i < 1500; i++)
        {
            var (snapshot, cursor, typed) = typing.Next();
            var prompt = builder.Build(snapshot, cursor, anchor.At(snapshot, cursor, 0).Anchor, 900);
            anchor.MoveTo(prompt.Anchor);
            if (typed is not null && last?.Anchor == prompt.Anchor)
            {
                var word = new List<int>();
                model.Encode((last.Healed + typed).ReplaceLineEndings("\n"), word);
                var same = last.Tokens.Zip(prompt.Tokens).TakeWhile(pair => pair.First == pair.Second).Count();
                var computed = prompt.Tokens.Count - Math.Min(same, prompt.Tokens.Count - 1);
                computed.ShouldBeLessThanOrEqualTo(word.Count + 1);
                keys++;
                tokens += computed;
            }
            last = prompt;
        }
        keys.ShouldBeGreaterThan(800);
        ((double)tokens / keys).ShouldBeLessThan(3);
    }

    [Fact]
    public async Task Of_what_departs_from_a_suggestion_only_the_departure_is_computed()
    {
        using var model = LocalInfillModel.Load(new ModelCatalog([]).Find("seedling"), new(), _ => { });
        var builder = new PromptBuilder(model);
        const string text = "import argparse\n\nparser = argparse";
        var first = Prompt(text);
        var suggested = await model.GenerateAsync(new(first.Tokens, first.Healed, MaxTokens: 12, Stop: null), TestContext.Current.CancellationToken);

        var second = Prompt(text + suggested.Text[..(suggested.Text.Length * 2 / 3)] + " xyz");

        (second.Tokens.Count - first.Tokens.Count).ShouldBeGreaterThan(4); // typed along with the suggestion
        var usage = (await model.GenerateAsync(new(second.Tokens, second.Healed, MaxTokens: 1, Stop: null), TestContext.Current.CancellationToken)).Usage;
        usage.ComputedTokens.ShouldBeLessThanOrEqualTo(2);

        Prompt Prompt(string upToCursor) => builder.Build(new("file:///a.py", "python", 1, upToCursor), upToCursor.Length, upToCursor.LastIndexOf('\n') + 1, 900);
    }

    [Fact]
    public async Task An_unfinished_line_of_another_file_does_not_end_the_one_at_the_cursor()
    {
        const string text = "import os\n\ndef f(name):\n    print(os.p";
        var folder = Directory.CreateTempSubdirectory("coderlsp-test-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "b.py"), text + "\n", TestContext.Current.CancellationToken);
            var open = new NoDocuments();
            var files = new WorkspaceFiles(open);
            files.SetRoots([folder]);
            files.Configure(ContextFiles.Auto, []);
            using var project = new ProjectContext(files, open);
            using var model = LocalInfillModel.Load(new ModelCatalog([]).Find("seedling"), new(), _ => { });
            using var completer = new InlineCompleter(model);
            completer.ReadProject(project, folder, TestContext.Current.CancellationToken);
            var document = new TextSnapshot(DocumentUri.Of(Path.Combine(folder, "a.py")), "python", 1, text + "\n");

            var suggestion = await completer.CompleteAsync(
                new(document, document.PositionOf(text.Length), InlineTrigger.Invoked, new(), Project: project), TestContext.Current.CancellationToken);

            suggestion.ShouldNotBeNull();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    sealed class NoDocuments : IOpenDocuments
    {
        public IEnumerable<string> Paths => [];

        public TextSnapshot? Find(string path) => null;
    }
}
