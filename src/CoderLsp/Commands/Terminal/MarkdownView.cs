using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using Spectre.Console;
using Spectre.Console.Rendering;
using MarkdownTable = Markdig.Extensions.Tables.Table;
using Table = Spectre.Console.Table;
using TableRow = Markdig.Extensions.Tables.TableRow;

namespace CoderLsp.Commands.Terminal;

/// <summary>Markdown as a terminal shows it. What it cannot show stays as it was written.</summary>
static class MarkdownView
{
    static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePipeTables().UseAutoLinks().Build();
    static readonly Style Heading = new(Color.Teal, decoration: Decoration.Bold);
    static readonly Style Code = new(Color.Olive);
    static readonly Style Mark = new(Color.Teal);
    static readonly Style Faint = new(decoration: Decoration.Dim);

    /// <summary>The blocks of a text, each on lines of its own.</summary>
    public static IRenderable Of(string markdown)
    {
        var text = TerminalText.Clean(markdown);
        return new Rows(Parse(text)?.Select(block => Shown(block, text)) ?? [new Paragraph(text)]);
    }

    public static bool IsListItem(string markdown) => Parse(markdown)?.FirstOrDefault() is ListBlock;

    // Null for what nests more deeply than the parser goes.
    static MarkdownDocument? Parse(string text)
    {
        try
        {
            return Markdown.Parse(text, Pipeline);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    static IRenderable Shown(Block block, string source) => block switch
    {
        HeadingBlock heading => Line(heading.Inline, Heading),
        ParagraphBlock paragraph => Line(paragraph.Inline, Style.Plain),
        ListBlock list => new Rows(list.OfType<ListItemBlock>().Select((item, i) => Item(list, item, i, source))),
        QuoteBlock quote => new Marked("│ ", "│ ", Faint, new Rows(quote.Select(inner => Shown(inner, source)))),
        FencedCodeBlock code => new Rows(CodeView.Lines(code.Info ?? "", code.Lines.ToString().Split('\n'))),
        CodeBlock code => new Rows(CodeView.Lines("", code.Lines.ToString().Split('\n'))),
        ThematicBreakBlock => new Rule { Style = Faint },
        MarkdownTable table => Shown(table),
        _ => new Paragraph(block.Span.IsEmpty ? "" : source[block.Span.Start..(block.Span.End + 1)]),
    };

    static Marked Item(ListBlock list, ListItemBlock item, int index, string source)
    {
        var mark = list.IsOrdered ? $"{(int.TryParse(list.OrderedStart, out var first) ? first : 1) + index}. " : "• ";
        return new(mark, new(' ', mark.Length), Mark, new Rows(item.Select(inner => Shown(inner, source))));
    }

    static Table Shown(MarkdownTable table)
    {
        var shown = new Table().Border(TableBorder.Rounded).BorderStyle(Faint);
        // Short rows are filled up, long ones widen the table.
        var columns = table.OfType<TableRow>().Max(row => row.Count);
        foreach (var (i, row) in table.OfType<TableRow>().Index())
        {
            var style = row.IsHeader ? new Style(decoration: Decoration.Bold) : Style.Plain;
            var cells = row.OfType<TableCell>().Select(cell => Line((cell.FirstOrDefault() as ParagraphBlock)?.Inline, style))
                .Concat(Enumerable.Range(0, columns - row.Count).Select(_ => new Paragraph())).ToList();
            if (i > 0) shown.AddRow(cells);
            else foreach (var cell in cells) shown.AddColumn(new TableColumn(cell));
        }
        return shown;
    }

    static Paragraph Line(ContainerInline? inlines, Style style)
    {
        var line = new Paragraph();
        if (inlines is not null) Append(line, inlines, style);
        return line;
    }

    static void Append(Paragraph line, ContainerInline inlines, Style style)
    {
        foreach (var inline in inlines)
        {
            switch (inline)
            {
                case LiteralInline text: line.Append(text.Content.ToString(), style); break;
                case CodeInline code: line.Append(code.Content, style.Combine(Code)); break;
                case LineBreakInline end: line.Append(end.IsHard ? "\n" : " ", style); break;
                case EmphasisInline emphasis:
                    Append(line, emphasis, style.Combine(new(decoration: emphasis.DelimiterCount >= 2 ? Decoration.Bold : Decoration.Italic)));
                    break;
                case AutolinkInline link: line.Append(link.Url, style.Combine(new(decoration: Decoration.Underline))); break;
                case LinkInline link:
                    Append(line, link, style.Combine(new(decoration: Decoration.Underline)));
                    if (link.Url is { Length: > 0 } url && !link.IsAutoLink) line.Append($" ({url})", Faint);
                    break;
                case HtmlInline html: line.Append(html.Tag, style); break;
                case HtmlEntityInline entity: line.Append(entity.Transcoded.ToString(), style); break;
                case DelimiterInline delimiter:
                    line.Append(delimiter.ToLiteral(), style);
                    Append(line, delimiter, style);
                    break;
                case ContainerInline container: Append(line, container, style); break;
                default: line.Append(inline.ToString() ?? "", style); break;
            }
        }
    }
}

/// <summary>Content with a mark before its first line, and another one before the others.</summary>
sealed class Marked(string first, string others, Style style, IRenderable content) : Renderable
{
    const int LeastWidth = 8;

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        var mark = first;
        foreach (var line in Segment.SplitLines(content.Render(options, Math.Max(LeastWidth, maxWidth - first.Length))))
        {
            yield return new(mark, style);
            foreach (var segment in line) yield return segment;
            yield return Segment.LineBreak;
            mark = others;
        }
    }
}
