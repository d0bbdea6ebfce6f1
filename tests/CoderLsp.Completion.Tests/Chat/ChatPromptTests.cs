using CoderLsp.Completion.Chat;
using CoderLsp.Completion.Documents;
using Microsoft.Extensions.AI;

namespace CoderLsp.Completion.Tests.Chat;

public class ChatPromptTests
{
    static readonly Attachment File = new("a.py", "python", "x = 1\ny = 2\n");

    static ChatMessage User(string text) => new(ChatRole.User, text);

    static ChatMessage Assistant(string text) => new(ChatRole.Assistant, text);

    static string[] Texts(IEnumerable<ChatMessage> messages) => [.. messages.Select(m => $"{m.Role}: {m.Text}")];

    [Fact]
    public void Files_stand_in_the_first_message_so_that_a_new_question_changes_nothing_before_it()
    {
        var model = new WordCountingModel(1000);
        var first = ChatPrompt.Build([User("Why?")], [File], "Be short.", model, 100);
        Texts(first).ShouldBe(["system: Be short.", "user: `a.py`:\n```python\nx = 1\ny = 2\n```\n\nWhy?"]);
        var second = ChatPrompt.Build([User("Why?"), Assistant("So."), User("Really?")], [File], "Be short.", model, 100);
        Texts(second).Take(2).ShouldBe(Texts(first));
        Texts(second).Skip(2).ShouldBe(["assistant: So.", "user: Really?"]);
    }

    [Fact]
    public void Files_go_with_the_first_question_behind_a_greeting() =>
        Texts(ChatPrompt.Build([Assistant("Hello!"), User("Why?")], [File], null, new WordCountingModel(1000), 100))
            .ShouldBe(["assistant: Hello!", "user: `a.py`:\n```python\nx = 1\ny = 2\n```\n\nWhy?"]);

    [Fact]
    public void A_system_message_of_the_conversation_wins() =>
        Texts(ChatPrompt.Build([new(ChatRole.System, "Rhyme."), User("Hi")], [], "Be short.", new WordCountingModel(1000), 100))
            .ShouldBe(["system: Rhyme.", "user: Hi"]);

    [Fact]
    public void The_oldest_exchanges_go_so_many_at_a_time_that_the_next_questions_find_the_cache()
    {
        var words = string.Join(' ', Enumerable.Repeat("word", 20));
        var turns = new List<ChatMessage>();
        var begins = new List<string>();
        for (var i = 0; i < 20; i++)
        {
            turns.Add(User($"question{i} {words}"));
            var shown = ChatPrompt.Build(turns, [], null, new WordCountingModel(400), 100);
            shown[0].Role.ShouldBe(ChatRole.User);
            shown[^1].Text.ShouldStartWith($"question{i} ");
            begins.Add(shown[0].Text.Split(' ')[0]);
            turns.Add(Assistant($"answer{i} {words}"));
        }
        // 284 tokens hold seven messages of 37; then two exchanges go at a time, and the window stands for two questions.
        begins.Distinct().Count().ShouldBeLessThan(begins.Count * 2 / 3);
        begins.ShouldBe([.. begins.OrderBy(begin => int.Parse(begin["question".Length..]))]);
    }

    [Fact]
    public void A_message_that_does_not_fit_is_refused_with_the_numbers()
    {
        var words = string.Join(' ', Enumerable.Repeat("word", 500));
        Should.Throw<ConversationTooLongException>(() => ChatPrompt.Build([User(words)], [], null, new WordCountingModel(300), 100))
            .Message.ShouldBe("The message has 516 tokens, and words has room for 184 besides its answer. Send less text, or set a model with a larger window as 'chatModel'.");
    }

    [Fact]
    public void A_file_that_does_not_fit_is_cut_to_whole_lines_and_says_so()
    {
        var text = string.Join('\n', Enumerable.Range(1, 400).Select(i => $"line {i}"));
        var message = ChatPrompt.Build([User("Why?")], [new("big.txt", "plaintext", text)], null, new WordCountingModel(300), 100)[0].Text;
        message.ShouldMatch("^`big.txt` \\(the first \\d+ of 400 lines\\):\n```plaintext\nline 1\n");
        message.ShouldEndWith("\n```\n\nWhy?");
        new WordCountingModel(300).CountTokens(message).ShouldBeLessThan(200);
        message.Count('\n').ShouldBeGreaterThan(60);
    }

    [Fact]
    public void The_last_file_is_the_one_that_stays()
    {
        var text = string.Join(' ', Enumerable.Repeat("word", 120));
        var message = ChatPrompt.Build(
            [User("Why?")], [new("one.txt", "", text), new("two.txt", "", text)], null, new WordCountingModel(300), 100)[0].Text;
        message.ShouldContain("two.txt");
        message.ShouldNotContain("one.txt");
    }

    [Fact]
    public void A_fence_is_longer_than_those_in_the_file() =>
        ChatPrompt.Build([User("?")], [new("a.md", "markdown", "````\nx\n````")], null, new WordCountingModel(300), 100)[0].Text
            .ShouldBe("`a.md`:\n`````markdown\n````\nx\n````\n`````\n\n?");

    [Fact]
    public void A_range_stands_for_the_lines_that_it_touches()
    {
        var snapshot = new TextSnapshot("file:///a.py", "python", 1, "one\ntwo\nthree\nfour");
        Attachment.Of("a.py", snapshot, new(new(1, 1), new(2, 2))).ShouldBe(new("a.py", "python", "two\nthree", 2));
        Attachment.Of("a.py", snapshot, new(new(1, 0), new(2, 0))).ShouldBe(new("a.py", "python", "two", 2));
        Attachment.Of("a.py", snapshot, new(new(1, 0), new(1, 0))).Text.ShouldBe(snapshot.Text);
        Attachment.Of("a.py", snapshot, null).FirstLine.ShouldBeNull();
    }

    [Fact]
    public void What_the_models_template_says_by_itself_takes_room()
    {
        var file = new Attachment("big.txt", "plaintext", string.Join('\n', Enumerable.Repeat("line", 400)));
        var model = new WordCountingModel(400, templateTokens: 90);
        var message = ChatPrompt.Build([User("Why?")], [file], null, model, 100)[0].Text;
        model.CountTokens(message).ShouldBeInRange(150, 400 - 100 - 90);
    }

    sealed class WordCountingModel(int window, int templateTokens = 16) : IChatModel
    {
        public string Name => "words";

        public int ContextTokens => window;

        public int TemplateTokens => templateTokens;

        public IChatClient Client => throw new NotSupportedException();

        public int CountTokens(ReadOnlySpan<char> text) => text.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
    }
}
