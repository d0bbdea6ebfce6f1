using System.Text;
using System.Text.RegularExpressions;

namespace CoderLsp.Commands.Terminal;

/// <summary>A part of an answer that can be shown, since nothing that comes behind it changes it.</summary>
abstract record AnswerPart
{
    /// <summary>A heading, paragraph, list item, table or quote, in Markdown.</summary>
    public sealed record Block(string Markdown) : AnswerPart;

    /// <summary>A fence opens.</summary>
    /// <param name="Indent">Columns that it is indented by.</param>
    public sealed record CodeStart(string Language, int Indent) : AnswerPart;

    /// <summary>A line between fences, without the fence's indentation.</summary>
    public sealed record CodeLine(string Text) : AnswerPart;

    public sealed record CodeEnd : AnswerPart;
}

/// <summary>
/// Cuts Markdown that comes in pieces into parts that are finished: whole blocks, of a fenced block each line. A list is cut into its
/// items, a fence within one stands by itself.
/// </summary>
sealed partial class MarkdownStream
{
    readonly StringBuilder _line = new();
    readonly List<string> _block = [];
    readonly Queue<AnswerPart> _parts = new();
    (char Mark, int Length, int Indent)? _fence;
    bool _inList;

    public void Add(string piece)
    {
        foreach (var c in piece)
        {
            if (c != '\n')
            {
                _line.Append(c);
                continue;
            }
            AddLine(_line.ToString().TrimEnd('\r'));
            _line.Clear();
        }
    }

    /// <summary>There is no more: what is left is finished.</summary>
    public void End()
    {
        if (_line.Length > 0) Add("\n");
        EndBlock();
        if (_fence is not null) _parts.Enqueue(new AnswerPart.CodeEnd());
        _fence = null;
    }

    public bool TryTake(out AnswerPart part) => _parts.TryDequeue(out part!);

    void AddLine(string line)
    {
        var indent = line.Length - line.TrimStart(' ').Length;
        var text = line.Trim();
        if (_fence is { } open) AddInFence(open, line, indent, text);
        else if (FenceStart().Match(text) is { Success: true } fence)
        {
            EndBlock();
            var marks = fence.Groups["marks"].Value;
            _fence = (marks[0], marks.Length, indent);
            _parts.Enqueue(new AnswerPart.CodeStart(fence.Groups["language"].Value, indent));
        }
        else if (text.Length == 0)
        {
            // The next line says whether a list item goes on.
            if (_inList && _block.Count > 0) _block.Add("");
            else EndBlock();
        }
        else AddText(line, indent, text);
    }

    void AddInFence((char Mark, int Length, int Indent) fence, string line, int indent, string text)
    {
        if (text.Length >= fence.Length && text.All(c => c == fence.Mark))
        {
            _fence = null;
            _parts.Enqueue(new AnswerPart.CodeEnd());
        }
        else _parts.Enqueue(new AnswerPart.CodeLine(line[Math.Min(indent, fence.Indent)..]));
    }

    void AddText(string line, int indent, string text)
    {
        var isItem = ListItem().IsMatch(text);
        if (Heading().IsMatch(line))
        {
            EndBlock();
            _inList = false;
            _parts.Enqueue(new AnswerPart.Block(line));
            return;
        }
        if (isItem && indent < 2)
        {
            EndBlock();
            _inList = true;
        }
        else if (_inList && indent < 2 && (_block.Count == 0 || _block[^1].Length == 0))
        {
            EndBlock();
            _inList = false;
        }
        // Behind a fence within an item the item's indentation would make code of text.
        _block.Add(_inList && _block.Count == 0 ? text : line);
    }

    void EndBlock()
    {
        var text = string.Join('\n', _block).TrimEnd('\n');
        if (text.Length > 0) _parts.Enqueue(new AnswerPart.Block(text));
        _block.Clear();
    }

    [GeneratedRegex("^(?<marks>`{3,}|~{3,})\\s*(?<language>[^\\s`{]*)[^`]*$")]
    private static partial Regex FenceStart();

    [GeneratedRegex("^([-*+]|[0-9]{1,9}[.)])\\s")]
    private static partial Regex ListItem();

    [GeneratedRegex("^ {0,3}#{1,6}(\\s|$)")]
    private static partial Regex Heading();
}
