namespace CoderLsp.Commands.Terminal;

/// <summary>How a group of languages writes comments and texts, and its keywords.</summary>
/// <param name="LongTexts">What opens and closes a text of several lines.</param>
sealed record CodeWords(string[] LineComments, (string Start, string End)[] Comments, string[] LongTexts, string Quotes, HashSet<string> Keywords)
{
    static readonly CodeWords C = Make(["//"], [("/*", "*/")], [], "\"'",
        "abstract as async auto await base bool boolean break byte case catch char checked class const constexpr continue decimal default delegate delete "
        + "do double else enum event explicit export extends extern false final finally fixed float for foreach friend from func function get goto if "
        + "implements implicit import in inline instanceof int interface internal is let lock long nameof namespace new noexcept not null nullptr object "
        + "of operator or out override package params partial private protected public readonly record ref register required return sbyte sealed set "
        + "short signed sizeof static string struct super switch template this throw throws true try typedef typename typeof uint ulong undefined union "
        + "unsafe unsigned ushort using val value var virtual void volatile when where while with yield fun data companion lateinit defer guard extension "
        + "protocol init self nil");

    static readonly CodeWords Script = C with { LongTexts = ["`"] };

    static readonly CodeWords Go = Make(["//"], [("/*", "*/")], ["`"], "\"'",
        "break case chan const continue default defer else fallthrough false for func go goto if import interface iota map nil package range return "
        + "select struct switch true type var bool byte error float32 float64 int int32 int64 rune string uint any");

    static readonly CodeWords Rust = Make(["//"], [("/*", "*/")], [], "\"",
        "as async await break const continue crate dyn else enum extern false fn for if impl in let loop match mod move mut pub ref return self Self "
        + "static struct super trait true type unsafe use where while bool char f32 f64 i32 i64 str u8 u32 u64 usize");

    static readonly CodeWords Python = Make(["#"], [], ["\"\"\"", "'''"], "\"'",
        "False None True and as assert async await break case class continue def del elif else except finally for from global if import in is lambda "
        + "match nonlocal not or pass raise return self try while with yield");

    static readonly CodeWords Hash = Make(["#"], [], [], "\"'",
        "and begin break case class def do done elif else elsif end ensure esac exit export false fi for foreach function if in local module nil not "
        + "null or param process require rescue return self set then true unless until when while yield");

    static readonly CodeWords Dashes = Make(["--"], [("/*", "*/")], [], "\"'",
        "and as asc begin between break by case commit create delete desc distinct do drop else elseif end exists false for from function group having if "
        + "in index inner insert into is join left like limit local nil not null on or order outer primary repeat return right rollback select set table "
        + "then true union unique until update values view when where while with", ignoreCase: true);

    static readonly CodeWords Markup = Make([], [("<!--", "-->")], [], "\"'", "");

    static readonly CodeWords Plain = Make([], [], [], "\"", "true false null");

    /// <summary>Those of the language that stands behind a fence; of an unknown one the quotes alone.</summary>
    public static CodeWords Of(string language) => language.ToLowerInvariant() switch
    {
        "csharp" or "cs" or "c#" or "c" or "cpp" or "c++" or "cc" or "h" or "hpp" or "java" or "kotlin" or "kt" or "swift" or "scala" or "php" => C,
        "javascript" or "js" or "jsx" or "mjs" or "typescript" or "ts" or "tsx" or "javascriptreact" or "typescriptreact" => Script,
        "go" or "golang" => Go,
        "rust" or "rs" => Rust,
        "python" or "py" or "python3" => Python,
        "ruby" or "rb" or "bash" or "sh" or "shell" or "zsh" or "shellscript" or "powershell" or "ps1" or "yaml" or "yml" or "toml" or "makefile"
            or "dockerfile" => Hash,
        "sql" or "lua" => Dashes,
        "html" or "xml" or "markdown" or "md" => Markup,
        _ => Plain,
    };

    public bool IsKeyword(string word) => Keywords.Contains(word);

    static CodeWords Make(
        string[] lineComments, (string, string)[] comments, string[] longTexts, string quotes, string keywords, bool ignoreCase = false) =>
        new(lineComments, comments, longTexts, quotes,
            new(keywords.Split(' ', StringSplitOptions.RemoveEmptyEntries), ignoreCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal));
}
