using CoderLsp.Completion.Inline;
using CoderLsp.Configuration;
using CoderLsp.Models.Loading;
using CoderLsp.TestSupport;
using Microsoft.Extensions.AI;

namespace CoderLsp.Tests.Models;

/// <summary>Slots with real files.</summary>
public sealed class LocalModelPlansTests : IDisposable
{
    static readonly string Seedling = TestData.InRepository("models", "seedling", "seedling-q8_0.gguf");

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("coderlsp-");
    readonly ManualTime _time = new();
    readonly LocalModelPlans _plans = new(_ => { });

    static readonly TimeSpan ASecond = TimeSpan.FromSeconds(1);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Without_a_chat_model_there_is_no_plan() => _plans.Chat(new(), () => []).ShouldBeNull();

    [Fact]
    public async Task Completion_and_chat_are_served_from_slots()
    {
        var settings = new CoderLspSettings { ChatModel = "seedling", ChatTemplate = "deepseek-coder-v2", Threads = 1, Chat = new() { MaxTokens = 4 } };
        using var completion = new ModelSlot<LoadedCompletion>(TimeProvider.System, _ => { });
        using var chat = new ModelSlot<LoadedChat>(TimeProvider.System, _ => { });
        completion.Replace(_plans.Completion(settings, () => []), settings.IdleUnload);
        chat.Replace(_plans.Chat(settings, () => completion.Peek?.Memory is { } other ? [other] : []), settings.IdleUnload);

        using var infill = await completion.GetAsync(Cancellation);
        var request = new InlineRequest(new("file:///a.py", "python", 1, "import o"), new(0, 8), InlineTrigger.Invoked, new(MaxTokens: 3));
        await infill!.Model.Completer.CompleteAsync(request, Cancellation);
        infill.Model.Statistics!.Current.ComputedTokens.ShouldBeGreaterThan(0);
        using var lease = await chat.GetAsync(Cancellation);
        (await lease!.Model.Model.Client.GetResponseAsync([new(ChatRole.User, "x")], cancellationToken: Cancellation)).Usage!.OutputTokenCount.ShouldBe(4);
    }

    [Fact]
    public async Task Models_of_one_file_share_an_engine_and_its_cache_until_the_last_one_goes()
    {
        var settings = new CoderLspSettings { ChatModel = Seedling, ChatTemplate = "deepseek-coder-v2", Threads = 1, Chat = new() { MaxTokens = 4 } };
        using var completion = new ModelSlot<LoadedCompletion>(TimeProvider.System, _ => { });
        using var chat = new ModelSlot<LoadedChat>(TimeProvider.System, _ => { });
        completion.Replace(_plans.Completion(settings with { Model = Seedling }, () => []), settings.IdleUnload);
        chat.Replace(_plans.Chat(settings, () => []), settings.IdleUnload);

        using var infill = await completion.GetAsync(Cancellation);
        var before = infill!.Model.Cache!.Value.AddedTokens;
        using (var lease = await chat.GetAsync(Cancellation))
            await lease!.Model.Model.Client.GetResponseAsync([new(ChatRole.User, "x")], cancellationToken: Cancellation);
        var after = infill.Model.Cache!.Value.AddedTokens;
        after.ShouldBeGreaterThan(before);

        chat.Replace(null, null);
        await infill.Model.Completer.CompleteAsync(
            new(new("file:///a.py", "python", 1, "import o"), new(0, 8), InlineTrigger.Invoked, new(MaxTokens: 3)), Cancellation);
        infill.Model.Cache!.Value.AddedTokens.ShouldBeGreaterThan(after);
    }

    [Fact]
    public void Only_settings_of_the_model_make_another_plan()
    {
        var settings = new CoderLspSettings { ChatModel = "a", ModelFolders = ["/x"], Threads = 2 };
        var same = settings with { Inline = new() { MaxTokens = 3 }, ModelFolders = [.. settings.ModelFolders], Chat = new(), LogLevel = 0 };
        Infill(same).ShouldBe(Infill(settings));
        Chat(same).ShouldBe(Chat(settings));
        foreach (var other in (CoderLspSettings[])[settings with { Threads = 3 }, settings with { ContextTokens = 99 }, settings with { Cache = new() { MaxMegabytes = 16 } },
            settings with { ModelFolders = ["/y"] }])
        {
            Infill(other).ShouldNotBe(Infill(settings));
            Chat(other).ShouldNotBe(Chat(settings));
        }

        Infill(settings with { Model = "b" }).ShouldNotBe(Infill(settings));
        Infill(settings with { ChatModel = "b" }).ShouldBe(Infill(settings));
        Chat(settings with { ChatModel = "b" }).ShouldNotBe(Chat(settings));
        Chat(settings with { ChatTemplate = "gemma" }).ShouldNotBe(Chat(settings));
        Chat(settings with { Chat = new() { Temperature = 1 } }).ShouldBe(Chat(settings));

        object Infill(CoderLspSettings s) => _plans.Completion(s, () => []).Identity;
        object Chat(CoderLspSettings s) => _plans.Chat(s, () => [])!.Identity;
    }

    [Fact]
    public async Task A_file_that_is_put_right_works_without_a_restart()
    {
        var settings = new CoderLspSettings { Model = "mine", ModelFolders = [_folder.FullName], Threads = 1 };
        using var slot = new ModelSlot<LoadedCompletion>(_time, _ => { });
        slot.Replace(_plans.Completion(settings, () => []), settings.IdleUnload);
        (await Should.ThrowAsync<ModelUnavailableException>(slot.GetAsync(Cancellation))).Message.ShouldContain("no model named 'mine'");

        var path = Path.Combine(_folder.FullName, "mine.gguf");
        await File.WriteAllTextAsync(path, "GGUF?", Cancellation);
        _time.Advance(ASecond);
        var error = await Should.ThrowAsync<ModelUnavailableException>(slot.GetAsync(Cancellation));
        error.Problem.Cause.ShouldStartWith(path);
        error.Problem.Remedy.ShouldBe("Put another file in its place, or correct the setting 'model'; no restart is needed.");

        File.Copy(Seedling, path, overwrite: true);
        _time.Advance(ASecond);
        using var lease = await slot.GetAsync(Cancellation);
        lease!.Model.Name.ShouldBe("mine");
    }

    [Fact]
    public async Task The_part_of_a_split_model_that_was_missing_and_a_file_that_is_replaced_need_no_restart()
    {
        string first = Path.Combine(_folder.FullName, "mine-00001-of-00002.gguf"), second = first.Replace("-00001-", "-00002-", StringComparison.Ordinal);
        Write(first, number: 0);
        var settings = new CoderLspSettings { Model = "mine", ModelFolders = [_folder.FullName], Threads = 1 };
        using var slot = new ModelSlot<LoadedCompletion>(_time, _ => { });
        slot.Replace(_plans.Completion(settings, () => []), settings.IdleUnload);
        (await ProblemAsync()).ShouldContain("mine-00002-of-00002.gguf is missing");

        Write(second, number: 1);
        _time.Advance(ASecond);
        (await ProblemAsync()).ShouldContain("general.architecture"); // all there, but no model

        File.Delete(first);
        File.Delete(second);
        var path = Path.Combine(_folder.FullName, "mine.gguf");
        File.Copy(Seedling, path);
        _time.Advance(ASecond);
        var before = await slot.GetAsync(Cancellation);
        before!.Dispose();
        _time.Advance(ASecond);
        using (var same = await slot.GetAsync(Cancellation)) same!.Model.ShouldBeSameAs(before.Model);

        File.SetLastWriteTimeUtc(path, new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        _time.Advance(ASecond);
        using var after = await slot.GetAsync(Cancellation);
        after!.Model.ShouldNotBeSameAs(before.Model);

        File.Delete(path); // stays mapped
        _time.Advance(ASecond);
        using (var still = await slot.GetAsync(Cancellation)) still!.Model.ShouldBeSameAs(after.Model);

        async Task<string> ProblemAsync() => (await Should.ThrowAsync<ModelUnavailableException>(slot.GetAsync(Cancellation))).Problem.Cause;
    }

    [Fact]
    public async Task A_link_that_leads_to_another_file_is_another_model()
    {
        string link = Path.Combine(_folder.FullName, "mine.gguf"), file = Path.Combine(_folder.FullName, "file");
        File.Copy(Seedling, file);
        File.CreateSymbolicLink(link, Seedling);
        var settings = new CoderLspSettings { Model = link, Threads = 1 };
        using var slot = new ModelSlot<LoadedCompletion>(_time, _ => { });
        slot.Replace(_plans.Completion(settings, () => []), settings.IdleUnload);
        using var before = await slot.GetAsync(Cancellation);
        _time.Advance(ASecond);
        using (var same = await slot.GetAsync(Cancellation)) same!.Model.ShouldBeSameAs(before!.Model);

        File.SetLastWriteTimeUtc(file, new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        File.Delete(link);
        File.CreateSymbolicLink(link, file);
        _time.Advance(ASecond);
        using var after = await slot.GetAsync(Cancellation);
        after!.Model.ShouldNotBeSameAs(before.Model);
    }

    static void Write(string path, int number)
    {
        var writer = new Inference.Gguf.GgufWriter();
        writer.Add("split.no", (ushort)number);
        writer.Add("split.count", (ushort)2);
        using var file = File.Create(path);
        writer.Write(file);
    }
}
