using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;

namespace CoderLsp.Protocol.Framing;

/// <summary>Cuts the input into messages: <c>Content-Length: N</c>, other headers, an empty line, N bytes of JSON.</summary>
/// <remarks>The largest message allowed, in bytes; longer ones are skipped and reported.</remarks>
sealed class FrameReader(PipeReader input, long maxBytes)
{
    // A length beyond this is no message but a damaged header: skipping it would mean to wait for ever.
    const long MaxSkippedBytes = 1L << 32;
    const int MaxHeaderBytes = 8 * 1024;
    const int KeptOfRefused = 4 * 1024;

    /// <summary>The next message, or null at the end of the input.</summary>
    /// <exception cref="FramingException">The header is malformed, or the input ended inside a message.</exception>
    public async ValueTask<Frame?> ReadAsync(CancellationToken cancellation)
    {
        if (await ReadHeaderAsync(cancellation).ConfigureAwait(false) is not var (length, charset)) return null;
        if (length > maxBytes)
        {
            var head = await ReadBodyAsync(length, KeptOfRefused, cancellation).ConfigureAwait(false);
            return new Frame(head, $"The message of {length} bytes is larger than the limit of {maxBytes} bytes and was skipped.");
        }
        var body = await ReadBodyAsync(length, length, cancellation).ConfigureAwait(false);
        return charset is null ? new Frame(body) : new Frame(body, $"The charset '{charset}' is not supported: send UTF-8.");
    }

    async ValueTask<(long Length, string? Charset)?> ReadHeaderAsync(CancellationToken cancellation)
    {
        var header = new Header();
        while (true)
        {
            var read = await input.ReadAsync(cancellation).ConfigureAwait(false);
            var buffer = read.Buffer;
            while (TryReadLine(ref buffer, out var line))
            {
                if (!header.Add(line)) continue;
                input.AdvanceTo(buffer.Start);
                return (header.Length, header.Charset);
            }
            if (header.Bytes + buffer.Length > MaxHeaderBytes)
                throw new FramingException($"A message header of more than {MaxHeaderBytes} bytes: expected 'Content-Length: N' and an empty line.");
            if (read.IsCompleted)
            {
                if (header.Bytes + buffer.Length > 0) throw new FramingException("The input ended inside a message header.");
                return null;
            }
            input.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    /// <summary>The body's first <paramref name="kept"/> bytes. Memory grows with what has arrived, not with what was announced.</summary>
    async ValueTask<ReadOnlyMemory<byte>> ReadBodyAsync(long length, long kept, CancellationToken cancellation)
    {
        var body = new ArrayBufferWriter<byte>((int)Math.Clamp(length, 1, 64 * 1024));
        for (var left = length; left > 0;)
        {
            var read = await input.ReadAsync(cancellation).ConfigureAwait(false);
            var piece = read.Buffer.Slice(0, Math.Min(left, read.Buffer.Length));
            foreach (var memory in piece)
            {
                var room = (int)Math.Min(memory.Length, kept - body.WrittenCount);
                if (room > 0) body.Write(memory.Span[..room]);
            }
            left -= piece.Length;
            input.AdvanceTo(piece.End);
            if (left > 0 && read.IsCompleted)
                throw new FramingException($"The input ended inside a message: {left} of {length} bytes are missing.");
        }
        return body.WrittenMemory;
    }

    static bool TryReadLine(ref ReadOnlySequence<byte> buffer, out string line)
    {
        line = "";
        if (buffer.PositionOf((byte)'\n') is not { } end) return false;
        line = Encoding.Latin1.GetString(buffer.Slice(0, end)) + '\n';
        buffer = buffer.Slice(buffer.GetPosition(1, end));
        return true;
    }

    struct Header
    {
        long? _length;

        public int Bytes { get; private set; }
        public string? Charset { get; private set; }
        public readonly long Length => _length!.Value;

        /// <summary>Takes a line with its end; true when the header is complete.</summary>
        public bool Add(string line)
        {
            var text = line.TrimEnd('\r', '\n');
            if (text.Length == 0)
            {
                if (_length is not null) return true;
                // Some clients end a message with a line break too many; after a header it is an error.
                if (Bytes == 0) return false;
                throw new FramingException("A message header without Content-Length.");
            }
            Bytes += line.Length;
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0) throw new FramingException("A line of a message header has no colon: expected 'Content-Length: N'.");
            var name = text.AsSpan(0, colon).Trim();
            var value = text.AsSpan(colon + 1).Trim();
            if (name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)) _length = ParseLength(value);
            else if (name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)) Charset = UnsupportedCharset(value);
            return false;
        }

        static long ParseLength(ReadOnlySpan<char> value) =>
            long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) && parsed <= MaxSkippedBytes
                ? parsed : throw new FramingException("The Content-Length of a message is not a sensible number of bytes.");

        static string? UnsupportedCharset(ReadOnlySpan<char> contentType)
        {
            var at = contentType.IndexOf("charset=", StringComparison.OrdinalIgnoreCase);
            if (at < 0) return null;
            var charset = contentType[(at + "charset=".Length)..];
            if (charset.IndexOf(';') is >= 0 and var end) charset = charset[..end];
            charset = charset.Trim().Trim('"');
            // utf8 was what the first version of the protocol wrote.
            return charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || charset.Equals("utf8", StringComparison.OrdinalIgnoreCase)
                ? null : charset.ToString();
        }
    }
}
