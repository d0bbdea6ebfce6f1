using CoderLsp.Models;

namespace CoderLsp.Tests.Models;

public sealed class ModelCatalogTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("coderlsp-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void The_seedling_travels_with_the_executable()
    {
        var model = new ModelCatalog([]).Find("seedling");
        model.Name.ShouldBe("seedling");
        new FileInfo(model.Path).Length.ShouldBeGreaterThan(1_000_000);
    }

    [Fact]
    public void An_installation_without_the_seedling_says_what_is_missing() =>
        Should.Throw<UserException>(() => new ModelCatalog([], _folder.FullName).Find("seedling")).Message.ShouldContain(_folder.FullName);

    [Theory]
    [InlineData("coder")]
    [InlineData("coder.gguf")]
    public void A_file_in_the_folders_is_found_with_and_without_its_extension(string name)
    {
        var path = Create("coder.gguf");
        Catalog().Find(name).ShouldBe(new ModelFile("coder", path));
    }

    [Fact]
    public void A_path_is_taken_as_it_is()
    {
        var path = Create("other.bin");
        new ModelCatalog([]).Find(path).ShouldBe(new ModelFile("other", path));
    }

    [Fact]
    public void An_unknown_name_says_which_are_known_and_where_was_looked()
    {
        Create("coder-1.3b.gguf");
        var message = Should.Throw<UserException>(() => Catalog().Find("coder-1.3c")).Message;
        message.ShouldContain("no model named 'coder-1.3c'");
        message.ShouldContain("Did you mean 'coder-1.3b'?");
        message.ShouldContain("seedling, coder-1.3b");
        message.ShouldContain(_folder.FullName);
    }

    [Fact]
    public void A_missing_path_is_called_a_file_and_not_a_name() =>
        Should.Throw<UserException>(() => Catalog().Find("nowhere/x.gguf")).Message.ShouldContain("no model file nowhere/x.gguf");

    [Fact]
    public void A_folder_is_no_model() =>
        Should.Throw<UserException>(() => Catalog().Find(_folder.FullName)).Message.ShouldContain("is a folder");

    [Fact]
    public void A_models_folder_that_does_not_exist_is_only_empty() =>
        new ModelCatalog([Path.Combine(_folder.FullName, "none")]).Names.ShouldBe(["seedling"]);

    [Theory]
    [InlineData("big")]
    [InlineData("big.gguf")]
    [InlineData("big-00001-of-00003")]
    [InlineData("big-00003-of-00003.gguf")]
    public void A_split_model_is_one_model_whichever_part_is_named(string name)
    {
        var paths = Enumerable.Range(1, 3).Select(number => Create($"big-0000{number}-of-00003.gguf")).ToList();
        var model = Catalog().Find(name);
        model.ShouldBe(new ModelFile("big", paths[0]));
        model.Parts.ShouldBe(paths);
        Catalog().Names.ShouldBe(["seedling", "big"]);
        Catalog().Find(paths[1]).ShouldBe(model);
    }

    [Fact]
    public void Parts_are_those_that_are_there_however_many_a_name_speaks_of()
    {
        string first = Create("big-00001-of-99999.gguf"), last = Create("big-99999-of-99999.gguf");
        Create("big-00002-of-00003.gguf");
        Create("bigger-00002-of-99999.gguf");
        Catalog().Find("big-00001-of-99999").Parts.ShouldBe([first, last]);
    }

    [Fact]
    public void A_split_model_is_found_without_its_first_part_so_that_opening_it_says_what_is_missing()
    {
        var path = Create("big-00002-of-00003.gguf");
        Catalog().Find("big").ShouldBe(new ModelFile("big", path));
    }

    [Fact]
    public void A_file_goes_before_a_split_model_of_the_same_name()
    {
        Create("big-00001-of-00002.gguf");
        var path = Create("big.gguf");
        Catalog().Find("big").Path.ShouldBe(path);
    }

    ModelCatalog Catalog() => new([_folder.FullName]);

    string Create(string name)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, "");
        return path;
    }
}
