using System.Collections.Frozen;

namespace CoderLsp.Completion.Context.Outlines;

/// <summary>How a language's declarations are known by their first words.</summary>
/// <param name="Types">Words that begin what has members.</param>
/// <param name="Functions">Words that begin what has a body.</param>
/// <param name="LineComment">What begins a comment; a line of C's preprocessor is left out likewise.</param>
/// <param name="Members">Declarations that no word begins.</param>
sealed record OutlineLanguage(FrozenSet<string> Types, FrozenSet<string> Functions, string LineComment, MemberStyle Members)
{
    /// <summary>Words that may stand before a declaration.</summary>
    public static FrozenSet<string> Modifiers { get; } = Words(
        "public private protected internal static abstract sealed partial readonly ref unsafe extern async virtual override final export default " +
        "declare pub inline open data inner fileprivate mutating required convenience suspend operator native synchronized file local constexpr " +
        "explicit friend indirect nonisolated tailrec infix external actual expect companion non-sealed strictfp new required const typedef " +
        "annotation weak accessor");

    /// <summary>Words that begin a statement and never a declaration.</summary>
    public static FrozenSet<string> Statements { get; } = Words(
        "if else for foreach while do switch case return throw await yield using lock catch try finally break continue goto delete sizeof " +
        "typeof assert import package from with when where let var print super this base not and or in is as static_assert defined " +
        "require include echo elif match loop select defer go fixed checked unchecked");

    static readonly OutlineLanguage CFamily = Of("struct class enum union namespace", "", MemberStyle.TypeAndName);

    static readonly OutlineLanguage Script = Of("class interface enum namespace module type", "function", MemberStyle.NameAndBlock);

    static readonly FrozenDictionary<string, OutlineLanguage> ById = new Dictionary<string, OutlineLanguage>
    {
        ["csharp"] = Of("class struct record interface enum namespace", "delegate event implicit", MemberStyle.TypeAndName),
        ["java"] = Of("class interface enum record @interface", "", MemberStyle.TypeAndName),
        ["c"] = CFamily,
        ["cpp"] = CFamily,
        ["typescript"] = Script,
        ["typescriptreact"] = Script,
        ["javascript"] = Script,
        ["javascriptreact"] = Script,
        ["python"] = Of("class", "def", MemberStyle.None, "#"),
        ["ruby"] = Of("class module", "def", MemberStyle.None, "#"),
        ["go"] = Of("type", "func", MemberStyle.None),
        ["rust"] = Of("struct enum trait impl mod union", "fn type macro_rules!", MemberStyle.None),
        ["php"] = Of("class interface trait enum namespace", "function", MemberStyle.None),
        ["lua"] = Of("", "function", MemberStyle.None, "--"),
        ["kotlin"] = Of("class interface object enum", "fun typealias constructor", MemberStyle.None),
        ["swift"] = Of("class struct enum protocol extension actor", "func init deinit subscript typealias", MemberStyle.None),
        ["shellscript"] = Of("", "function", MemberStyle.NameAndBlock, "#"),
    }.ToFrozenDictionary();

    public static OutlineLanguage? Find(string languageId) => ById.GetValueOrDefault(languageId);

    static OutlineLanguage Of(string types, string functions, MemberStyle members, string comment = "//") =>
        new(Words(types), Words(functions), comment, members);

    static FrozenSet<string> Words(string words) => words.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);
}

/// <summary>What a method looks like where no word begins it.</summary>
enum MemberStyle
{
    /// <summary>Every declaration begins with a word.</summary>
    None,

    /// <summary><c>int Name(</c>, and a constructor by its type's name.</summary>
    TypeAndName,

    /// <summary><c>name(…) {</c></summary>
    NameAndBlock,
}
