namespace CoderLsp.Inference.Tokenization;

/// <summary>
/// How byte-level BPE writes bytes as characters: the 188 printable ones of Latin-1 stand for themselves, the other 68 are
/// numbered in order from U+0100 (GPT-2's <c>bytes_to_unicode</c>; a space is Ġ, a newline Ċ).
/// </summary>
static class ByteAlphabet
{
    static readonly char[] Characters = new char[256];
    static readonly short[] BytesByCharacter = new short[0x100 + 68];

    static ByteAlphabet()
    {
        Array.Fill(BytesByCharacter, (short)-1);
        var next = (char)0x100;
        for (var b = 0; b < 256; b++)
        {
            Characters[b] = b is >= 0x21 and <= 0x7E or >= 0xA1 and <= 0xAC or >= 0xAE ? (char)b : next++;
            BytesByCharacter[Characters[b]] = (short)b;
        }
    }

    public static char CharacterOf(byte value) => Characters[value];

    /// <summary>The byte that a character stands for, or -1.</summary>
    public static int ByteOf(int codePoint) => codePoint < BytesByCharacter.Length ? BytesByCharacter[codePoint] : -1;
}
