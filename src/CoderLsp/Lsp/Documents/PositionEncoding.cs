using CoderLsp.Completion.Documents;
using CoderLsp.Protocol.Messages;
using CoderLsp.Protocol.Rpc;
using Range = CoderLsp.Protocol.Messages.Range;

namespace CoderLsp.Lsp.Documents;

/// <summary>What a client counts within a line. Inside the program it is always UTF-16.</summary>
sealed class PositionEncoding
{
    public static readonly PositionEncoding Utf16 = new("utf-16");
    public static readonly PositionEncoding Utf8 = new("utf-8");
    public static readonly PositionEncoding Utf32 = new("utf-32");

    PositionEncoding(string name) => Name = name;

    /// <summary>The LSP's name.</summary>
    public string Name { get; }

    /// <summary>The first of the client's encodings that the server knows; UTF-16 is what every client must understand.</summary>
    public static PositionEncoding Choose(IReadOnlyList<string>? offered)
    {
        foreach (var name in offered ?? [])
        {
            if (name == Utf8.Name) return Utf8;
            if (name == Utf16.Name) return Utf16;
            if (name == Utf32.Name) return Utf32;
        }
        return Utf16;
    }

    /// <summary>The position in UTF-16; one that does not exist stays so.</summary>
    public TextPosition Read(TextSnapshot snapshot, Position position)
    {
        var text = new TextPosition(position.Line, position.Character);
        return this == Utf8 ? snapshot.FromUtf8(text) : this == Utf32 ? snapshot.FromUtf32(text) : text;
    }

    public TextRange Read(TextSnapshot snapshot, Range range) => new(Read(snapshot, range.Start), Read(snapshot, range.End));

    /// <summary>The position in UTF-16; at the end of its line when it lies beyond.</summary>
    /// <exception cref="RequestFailedException">Its line does not exist.</exception>
    public TextPosition Existing(TextSnapshot snapshot, Position position) =>
        snapshot.TryOffsetOf(Read(snapshot, position), out var offset) ? snapshot.PositionOf(offset)
            : throw new RequestFailedException(ErrorCode.InvalidParams,
                $"The position {position.Line}:{position.Character} is outside of the document, which has {snapshot.LineCount} lines.");

    /// <inheritdoc cref="Existing(TextSnapshot, Position)"/>
    public TextRange Existing(TextSnapshot snapshot, Range range)
    {
        var (start, end) = (Existing(snapshot, range.Start), Existing(snapshot, range.End));
        return start <= end ? new(start, end) : throw new RequestFailedException(ErrorCode.InvalidParams, "The range ends before it starts.");
    }

    public Position Write(TextSnapshot snapshot, TextPosition position)
    {
        var (line, character) = this == Utf8 ? snapshot.ToUtf8(position) : this == Utf32 ? snapshot.ToUtf32(position) : position;
        return new(line, character);
    }

    public Range Write(TextSnapshot snapshot, TextRange range) => new(Write(snapshot, range.Start), Write(snapshot, range.End));
}
