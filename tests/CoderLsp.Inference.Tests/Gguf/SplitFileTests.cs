using CoderLsp.Inference.Gguf;
using CoderLsp.Kernels;

namespace CoderLsp.Inference.Tests.Gguf;

/// <summary>Models in several files: what is read, and what does not fit together.</summary>
public sealed class SplitFileTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public unsafe void Any_part_opens_the_whole_model(int given)
    {
        var paths = WriteThree();
        using var file = GgufFile.Open(paths[given - 1]);
        file.Path.ShouldBe(paths[0]);
        file.PartCount.ShouldBe(3);
        file.Length.ShouldBe(paths.Sum(path => new FileInfo(path).Length));
        file.Metadata.GetString("general.architecture").ShouldBe("llama");
        file.Tensors.Select(tensor => tensor.Name).ShouldBe(["one", "two", "three"]);
        foreach (var (name, value) in new[] { ("one", 1), ("two", 2), ("three", 3) }) ((byte*)file.Get(name).Data)[19].ShouldBe((byte)value);
    }

    [Fact]
    public void All_parts_are_brought_into_memory()
    {
        var paths = WriteThree();
        using var file = GgufFile.Open(paths[1]);
        var percents = new List<int>();
        WeightPages.Touch(file, percents.Add, CancellationToken.None);
        percents.ShouldBe([0, 33, 66, 100]);
    }

    [Fact]
    public void Only_the_named_part_is_read_when_it_is_the_only_one()
    {
        var path = Write("x.gguf", writer => SplitModel.AddNumbers(writer, 1, 1, 1), "one", 1);
        using var file = GgufFile.Open(path);
        file.PartCount.ShouldBe(1);
    }

    [Fact]
    public void Missing_parts_are_named()
    {
        var paths = WriteThree();
        File.Delete(paths[2]);
        Error(paths[0]).ShouldBe($"{paths[0]}: the model has 3 parts, and m-00003-of-00003.gguf is missing from the same folder.");
        File.Delete(paths[0]);
        Error(paths[1]).ShouldBe($"{paths[1]}: the model has 3 parts, and m-00001-of-00003.gguf and 1 more are missing from the same folder.");
    }

    [Fact]
    public void A_damaged_part_is_named()
    {
        var paths = WriteThree();
        File.WriteAllText(paths[1], "GGUF");
        Error(paths[0]).ShouldStartWith($"{paths[1]}: the header needs 4 bytes");
    }

    [Fact]
    public void A_part_without_its_name_says_which_one_it_needs()
    {
        var renamed = _folder.File("renamed.gguf");
        File.Move(WriteThree()[1], renamed);
        Error(renamed).ShouldBe($"{renamed}: it is part 2 of 3, but is not named NAME-00002-of-00003.gguf, by which the other parts could be found; give it its name back.");
    }

    [Fact]
    public void A_part_under_another_ones_name_is_noticed()
    {
        var paths = WriteThree();
        File.Copy(paths[1], paths[2], overwrite: true);
        foreach (var path in paths)
            Error(path).ShouldBe($"{paths[2]}: it is named as part 3 of 3, but its metadata says part 2 of 3; it is another model's, or was renamed.");
    }

    [Fact]
    public void A_part_of_a_model_with_another_number_of_parts_is_noticed()
    {
        var paths = WriteThree();
        Write("m-00002-of-00003.gguf", writer => SplitModel.AddNumbers(writer, 2, 4, 3), "two", 2);
        Error(paths[0]).ShouldBe($"{paths[1]}: it is named as part 2 of 3, but its metadata says part 2 of 4; it is another model's, or was renamed.");
        Write("m-00002-of-00003.gguf", _ => { }, "two", 2);
        Error(paths[0]).ShouldStartWith($"{paths[1]}: it is named as part 2 of 3, but its metadata says part ? of 1");
    }

    [Fact]
    public void A_part_of_a_model_with_other_tensors_is_noticed()
    {
        var paths = WriteThree();
        Write("m-00002-of-00003.gguf", writer => SplitModel.AddNumbers(writer, 2, 3, 9), "two", 2);
        Error(paths[2]).ShouldBe($"{paths[1]}: its 'split.tensors.count' is 9, but that of m-00001-of-00003.gguf is 3; the two are of different models.");
        Write("m-00002-of-00003.gguf", writer => SplitModel.AddNumbers(writer, 2, 3, 3), "three", 2);
        Error(paths[0]).ShouldBe($"{paths[2]}: the tensor 'three' is also in m-00002-of-00003.gguf; the two are of different models.");
    }

    [Fact]
    public void The_tensors_of_all_parts_are_as_many_as_the_first_says()
    {
        var paths = WriteThree(tensors: 4);
        Error(paths[0]).ShouldBe($"{paths[0]}: its 3 parts have 3 tensors, but 'split.tensors.count' is 4; a part is another model's.");
    }

    [Fact]
    public void Numbers_that_cannot_be_are_noticed()
    {
        var path = Write("m-00002-of-00003.gguf", writer => writer.Add("split.count", (ushort)3), "two", 2);
        Error(path).ShouldBe($"{path}: its metadata has 3 as 'split.count' and no 'split.no' below it.");
        Write("m-00002-of-00003.gguf", writer => SplitModel.AddNumbers(writer, 4, 3, 3), "two", 2);
        Error(path).ShouldBe($"{path}: its metadata has 3 as 'split.count' and no 'split.no' below it.");
        Write("m-00002-of-00003.gguf", writer => { writer.Add("split.no", uint.MaxValue); writer.Add("split.count", uint.MaxValue); }, "two", 2);
        Error(path).ShouldBe($"{path}: its metadata has 4294967295 as 'split.count' and no 'split.no' below it.");
    }

    [Theory]
    [InlineData("/a/b-00002-of-00010.gguf", "/a/b", 2, 10)]
    [InlineData("b-00001-of-00001-00001-of-00002.gguf", "b-00001-of-00001", 1, 2)]
    public void The_name_of_a_part_says_its_number(string path, string stem, int number, int count)
    {
        SplitName.Of(path).ShouldBe(new SplitName(stem, number, count));
        SplitName.Of(path)!.PathOf(number).ShouldBe(path);
    }

    [Theory]
    [InlineData("model.gguf"), InlineData("-00001-of-00002.gguf"), InlineData("/a/-00001-of-00002.gguf"), InlineData("b-00003-of-00002.gguf")]
    [InlineData("b-00000-of-00002.gguf"), InlineData("b-1-of-2.gguf"), InlineData("b-00001-of-00002.gguf\n"), InlineData("b-٠٠٠٠١-of-00002.gguf")]
    public void Other_names_are_no_parts(string path) => SplitName.Of(path).ShouldBeNull();

    static string Error(string path) => Should.Throw<GgufException>(() => GgufFile.Open(path).Dispose()).Message;

    string[] WriteThree(int tensors = 3) =>
    [
        Write("m-00001-of-00003.gguf", writer => { writer.Add("general.architecture", "llama"); SplitModel.AddNumbers(writer, 1, 3, tensors); }, "one", 1),
        Write("m-00002-of-00003.gguf", writer => SplitModel.AddNumbers(writer, 2, 3, tensors), "two", 2),
        Write("m-00003-of-00003.gguf", writer => SplitModel.AddNumbers(writer, 3, 3, tensors), "three", 3),
    ];

    string Write(string name, Action<GgufWriter> metadata, string tensor, byte value)
    {
        var writer = new GgufWriter();
        metadata(writer);
        writer.AddTensor(tensor, TensorType.F32, [5], stream => SmallFile.Fill(stream, 20, value));
        return _folder.Write(name, writer.ToArray());
    }
}
