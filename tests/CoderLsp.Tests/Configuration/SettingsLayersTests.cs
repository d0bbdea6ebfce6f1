using System.Collections;
using System.Text.Json;
using CoderLsp.Completion.Context;
using CoderLsp.Completion.Inline;
using CoderLsp.Completion.Prompts;
using CoderLsp.Configuration;
using CoderLsp.Kernels.Attention;
using Microsoft.Extensions.Logging;

namespace CoderLsp.Tests.Configuration;

public sealed class SettingsLayersTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("coderlsp-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Each_layer_wins_over_the_one_before()
    {
        const string file = """{ "model": "file", "threads": 1, "logLevel": "error", "inline": { "maxTokens": 11, "multiline": "never" } }""";
        var environment = new Hashtable { ["CODERLSP_THREADS"] = "2", ["CODERLSP_INLINE__MAX_TOKENS"] = "22", ["CODERLSP_LOG_LEVEL"] = "debug" };
        var layers = Layers(file, environment, new SettingOverride("--log-level", "logLevel", "trace"));

        var settings = layers.Read(Json("""{ "inline": { "maxTokens": 33 }, "logLevel": "warning" }""")).Settings;

        settings.Model.ShouldBe("file");
        settings.Threads.ShouldBe(2);
        settings.Inline.MaxTokens.ShouldBe(33);
        settings.LogLevel.ShouldBe(LogLevel.Trace);
        settings.Inline.Multiline.ShouldBe(Multiline.Never);
        settings.Inline.Enabled.ShouldBeTrue();
    }

    [Fact]
    public void Every_setting_is_read_from_the_file()
    {
        const string file = """
            {
              // comments and trailing commas are fine
              "model": "m", "threads": 3, "contextTokens": 4096, "promptOrder": "spm", "modelFolders": ["/a", "/b"], "logLevel": "none",
              "chatModel": "c", "chatTemplate": "llama3", "chat": { "maxTokens": 9, "temperature": 1.5, "systemPrompt": "Be brief." },
              "cache": { "maxMegabytes": 512, "type": "f16" }, "idleUnloadMinutes": 5,
              "inline": {
                "enabled": false, "languages": { "csharp": true }, "maxTokens": 7, "multiline": "always", "minConfidence": 0.5, "candidates": 5,
              },
              "context": { "files": "open", "exclude": ["*.sql"] },
            }
            """;
        var result = Layers(file).Read();

        result.Errors.ShouldBeEmpty();
        var settings = result.Settings;
        (settings.Model, settings.Threads, settings.ContextTokens, settings.PromptOrder).ShouldBe(("m", 3, 4096, InfillOrder.SuffixFirst));
        (settings.ChatModel, settings.ChatTemplate, settings.Cache.MaxMegabytes, settings.IdleUnload).ShouldBe(("c", "llama3", 512, TimeSpan.FromMinutes(5)));
        settings.Cache.Type.ShouldBe(KvType.F16);
        settings.Chat.ShouldBe(new ChatSettings { MaxTokens = 9, Temperature = 1.5, SystemPrompt = "Be brief." });
        settings.ModelFolders.ShouldBe(["/a", "/b"]);
        settings.LogLevel.ShouldBe(LogLevel.None);
        settings.Inline.EnabledFor("csharp").ShouldBeTrue();
        settings.Inline.EnabledFor("python").ShouldBeFalse();
        (settings.Inline.MaxTokens, settings.Inline.Multiline, settings.Inline.MinConfidence, settings.Inline.Candidates).ShouldBe((7, Multiline.Always, 0.5, 5));
        settings.Context.Files.ShouldBe(ContextFiles.Open);
        settings.Context.Exclude.ShouldBe(["*.sql"]);
    }

    [Fact]
    public void Every_setting_has_a_name_in_the_environment()
    {
        var environment = new Hashtable
        {
            ["CODERLSP_MODEL"] = "m", ["CODERLSP_THREADS"] = "auto", ["CODERLSP_CONTEXT_TOKENS"] = "512", ["CODERLSP_PROMPT_ORDER"] = "none",
            ["CODERLSP_MODEL_FOLDERS"] = $"/a{Path.PathSeparator}/b", ["CODERLSP_INLINE__ENABLED"] = "false",
            ["CODERLSP_INLINE__LANGUAGES__CSHARP"] = "true", ["CODERLSP_INLINE__MIN_CONFIDENCE"] = "0.25", ["CODERLSP_SHARED"] = "/data",
        };
        var result = Layers("{}", environment).Read();

        result.Errors.ShouldBeEmpty();
        result.Warnings.ShouldBeEmpty();
        var settings = result.Settings;
        (settings.Model, settings.Threads, settings.ContextTokens, settings.PromptOrder).ShouldBe(("m", null, 512, InfillOrder.None));
        settings.ModelFolders.ShouldBe(["/a", "/b"]);
        settings.Inline.EnabledFor("csharp").ShouldBeTrue();
        settings.Inline.EnabledFor("rust").ShouldBeFalse();
        settings.Inline.MinConfidence.ShouldBe(0.25);
    }

    [Theory]
    [InlineData("""{ "threads": "many" }""", "threads in ", "the text \"many\"", "a whole number from 1 to 1024")]
    [InlineData("""{ "threads": 0 }""", "threads in ", "the number 0", "a whole number from 1 to 1024")]
    [InlineData("""{ "threads": 1.5 }""", "threads in ", "the number 1.5", "a whole number")]
    [InlineData("""{ "model": 3 }""", "model in ", "the number 3", "a model's name or path")]
    [InlineData("""{ "model": "" }""", "model in ", "the text \"\"", "a model's name or path")]
    [InlineData("""{ "modelFolders": "x" }""", "modelFolders in ", "the text \"x\"", "a list of folders")]
    [InlineData("""{ "modelFolders": [1] }""", "modelFolders in ", "a list", "a list of folders")]
    [InlineData("""{ "inline": 3 }""", "inline in ", "the number 3", "an object with settings")]
    [InlineData("""{ "inline": { "enabled": "yes" } }""", "inline.enabled in ", "the text \"yes\"", "true or false")]
    [InlineData("""{ "inline": { "languages": { "c": 1 } } }""", "inline.languages.c in ", "the number 1", "it must be true or false.")]
    [InlineData("""{ "inline": { "languages": 1 } }""", "inline.languages in ", "the number 1", "true or false each")]
    [InlineData("""{ "inline": { "minConfidence": 2 } }""", "inline.minConfidence in ", "the number 2", "a number from 0 to 1, or \"auto\"")]
    [InlineData("""{ "inline": { "candidates": 11 } }""", "inline.candidates in ", "the number 11", "a whole number from 1 to 10")]
    [InlineData("""{ "chat": { "temperature": 2.5 } }""", "chat.temperature in ", "the number 2.5", "a number from 0 to 2")]
    [InlineData("""{ "chatTemplate": "ChatML" }""", "chatTemplate in ", "ChatML", "one of \"auto\", \"deepseek-coder\", ")]
    [InlineData("""{ "cache": { "maxMegabytes": 15 } }""", "cache.maxMegabytes in ", "the number 15", "a whole number from 16 to 1048576, or \"auto\"")]
    [InlineData("""{ "inline.multiline": "sometimes" }""", "inline.multiline in ", "sometimes", "one of \"auto\", \"always\", \"never\"")]
    public void A_wrong_value_is_named_with_its_place_its_kind_and_what_is_allowed(string file, string setting, string value, string allowed)
    {
        var result = Layers(file).Read();
        var message = result.Errors.ShouldHaveSingleItem().Message;
        message.ShouldStartWith(setting);
        message.ShouldContain("config.json");
        message.ShouldContain(value);
        message.ShouldContain(allowed);
        result.Settings.ShouldBeEquivalentTo(new CoderLspSettings());
    }

    [Fact]
    public void A_wrong_language_leaves_the_others_in_force() =>
        Layers("""{ "inline": { "enabled": false, "languages": { "python": "no", "c": true } } }""").Read().Settings.Inline.EnabledFor("c").ShouldBeTrue();

    [Fact]
    public void A_wrong_variable_is_named_and_leaves_the_file_in_force()
    {
        var result = Layers("""{ "threads": 2 }""", new Hashtable { ["CODERLSP_THREADS"] = "lots" }).Read();
        result.Errors.ShouldHaveSingleItem().Message.ShouldStartWith("The environment variable CODERLSP_THREADS is the text \"lots\"");
        result.Settings.Threads.ShouldBe(2);
    }

    [Fact]
    public void A_wrong_option_is_the_command_lines_fault()
    {
        var error = Layers("{}", [], new SettingOverride("--threads", "threads", "0")).Read().Errors.ShouldHaveSingleItem();
        error.FromOption.ShouldBeTrue();
        error.Message.ShouldStartWith("--threads is the number 0");
    }

    [Fact]
    public void Unknown_names_are_warned_of_with_what_was_probably_meant()
    {
        var environment = new Hashtable { ["CODERLSP_THREAD"] = "2" };
        var result = Layers("""{ "modle": "x", "inline": { "maxToken": 3 }, "somethingElse": {} }""", environment).Read();

        result.Errors.ShouldBeEmpty();
        result.Warnings.Select(warning => warning.IsNearMiss).ShouldBe([true, true, false, true]);
        result.Warnings[0].Message.ShouldEndWith("there is no setting 'modle'. Did you mean 'model'?");
        result.Warnings[1].Message.ShouldEndWith("there is no setting 'inline.maxToken'. Did you mean 'inline.maxTokens'?");
        result.Warnings[2].Message.ShouldEndWith("there is no setting 'somethingElse'.");
        result.Warnings[3].Message.ShouldBe("The environment variable CODERLSP_THREAD is no setting. Did you mean 'CODERLSP_THREADS'?");
    }

    [Fact]
    public void Where_each_value_came_from_is_known()
    {
        var environment = new Hashtable { ["CODERLSP_INLINE__MAX_TOKENS"] = "22", ["CODERLSP_INLINE__LANGUAGES__C"] = "true", ["CODERLSP_THREADS"] = "x" };
        const string file = """{ "threads": 1, "inline": { "maxTokens": 11, "languages": { "c": false, "go": false } }, "logLevel": "debug" }""";
        var origins = Layers(file, environment, new SettingOverride("--log-level", "logLevel", "trace")).Read(Json("""{ "model": "m" }""")).Origins;

        var path = Path.Combine(_folder.FullName, "config.json");
        origins.ShouldBe(new Dictionary<string, SettingOrigin>
        {
            ["threads"] = new(SettingSource.File, path),
            ["inline.maxTokens"] = new(SettingSource.Environment, "CODERLSP_INLINE__MAX_TOKENS"),
            ["inline.languages.c"] = new(SettingSource.Environment, "CODERLSP_INLINE__LANGUAGES__C"),
            ["inline.languages.go"] = new(SettingSource.File, path),
            ["model"] = new(SettingSource.Editor, "the editor's settings"),
            ["logLevel"] = new(SettingSource.Option, "--log-level"),
        }, ignoreOrder: true);
    }

    [Fact]
    public void A_file_may_name_its_schema()
    {
        var result = Layers("""{ "$schema": "/opt/coderlsp/settings.schema.json", "inline": { "$schema": "x" } }""").Read();
        result.Errors.ShouldBeEmpty();
        result.Warnings.ShouldHaveSingleItem().Message.ShouldContain("there is no setting 'inline.$schema'");
    }

    [Fact]
    public void A_variable_may_hold_all_languages()
    {
        var settings = Layers("{}", new Hashtable { ["CODERLSP_INLINE__LANGUAGES"] = """{ "c": false, "go": true }""" }).Read().Settings;
        settings.Inline.Languages.ShouldBe(new Dictionary<string, bool> { ["c"] = false, ["go"] = true }, ignoreOrder: true);
    }

    [Fact]
    public void No_idle_minutes_are_never() => Layers("""{ "idleUnloadMinutes": 0 }""").Read().Settings.IdleUnload.ShouldBeNull();

    [Fact]
    public void Null_leaves_the_earlier_value_in_force() =>
        Layers("""{ "model": "mine" }""").Read(Json("""{ "model": null }""")).Settings.Model.ShouldBe("mine");

    [Fact]
    public void A_named_file_must_exist()
    {
        var missing = Path.Combine(_folder.FullName, "none.json");
        Should.Throw<UserException>(() => SettingsLayers.Load(missing, new Hashtable(), [])).Message.ShouldContain(missing);
    }

    [Fact]
    public void A_folder_is_no_file() =>
        Should.Throw<UserException>(() => SettingsLayers.Load(_folder.FullName, new Hashtable(), [])).Message.ShouldContain("is a folder");

    [Theory]
    [InlineData("""
        {
          "model": oops
        }
        """, "line 2")]
    [InlineData("[]", "must hold one JSON object")]
    [InlineData("", "line 1")]
    public void A_file_that_is_no_JSON_object_says_where_it_breaks(string file, string why) =>
        Should.Throw<UserException>(() => Layers(file)).Message.ShouldContain(why);

    SettingsLayers Layers(string file, Hashtable? environment = null, params SettingOverride[] options)
    {
        var path = Path.Combine(_folder.FullName, "config.json");
        File.WriteAllText(path, file);
        return SettingsLayers.Load(path, environment ?? [], options);
    }

    static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}
