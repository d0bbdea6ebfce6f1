using System.Globalization;
using System.Net;
using System.Text;

namespace CoderLsp.Bench;

/// <summary>A picture of texts and bars, light or dark as the reader's system is.</summary>
sealed class SvgPicture
{
    public const int BarHeight = 18;

    readonly StringBuilder _svg = new();

    /// <param name="spoken">What the picture says, for those who hear it.</param>
    public SvgPicture(int width, int height, string spoken) => _svg.AppendLine(CultureInfo.InvariantCulture, $$"""
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {{width}} {{height}}" width="{{width}}" height="{{height}}" role="img" aria-label="{{WebUtility.HtmlEncode(spoken)}}">
          <style>
            svg { color-scheme: light dark; font: 14px system-ui, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif }
            .ground { fill: #ffffff } text { fill: #1f2328 } .quiet { fill: #59636e; font-size: 12.5px } .title { font-size: 19px; font-weight: 600 }
            .head { font-weight: 600 } text.ours { font-weight: 600 } rect.bar { fill: #afb8c1 } rect.bar.ours { fill: #0969da }
            @media (prefers-color-scheme: dark) {
              .ground { fill: #0d1117 } text { fill: #e6edf3 } .quiet { fill: #9198a1 } rect.bar { fill: #484f58 } rect.bar.ours { fill: #4493f8 }
            }
          </style>
          <rect class="ground" width="{{width}}" height="{{height}}" rx="8"/>
        """);

    /// <param name="style">Classes of the style sheet: <c>title</c>, <c>head</c>, <c>quiet</c>; <c>ours</c> besides.</param>
    public void Text(int x, int y, string style, string text) =>
        _svg.AppendLine($"""  <text class="{style}" x="{x}" y="{y}">{WebUtility.HtmlEncode(text)}</text>""");

    /// <summary>A bar with its value behind it.</summary>
    public void Bar(int x, int y, double length, string value, bool ours)
    {
        length = Math.Max(2, length);
        _svg.AppendLine(CultureInfo.InvariantCulture,
            $"""  <rect class="{(ours ? "bar ours" : "bar")}" x="{x}" y="{y}" width="{length:F1}" height="{BarHeight}" rx="3"/>""");
        Text(x + (int)length + 6, y + 14, ours ? "value ours" : "value", value);
    }

    public string Finish() => _svg.Append("</svg>\n").ToString();
}
