namespace CoderLsp.Inference.Gguf;

/// <summary>
/// The metadata of a GGUF file. <c>Get…</c> demands the key, <c>TryGet…</c> returns null if the file does not have it; both throw a
/// <see cref="GgufException"/> that names the key if its value is of another type or does not fit. Integers of every width are taken.
/// </summary>
public sealed class GgufMetadata
{
    readonly string _path;
    readonly Dictionary<string, GgufValue> _values;

    internal GgufMetadata(string path, IReadOnlyList<string> keys, Dictionary<string, GgufValue> values) =>
        (_path, Keys, _values) = (path, keys, values);

    /// <summary>All keys, in the order of the file.</summary>
    public IReadOnlyList<string> Keys { get; }

    /// <summary>The value of this key, or null.</summary>
    public GgufValue? Find(string key) => _values.GetValueOrDefault(key);

    public string? TryGetString(string key) => Find(key)?.AsString();
    public bool? TryGetBool(string key) => Find(key)?.AsBool();
    public float? TryGetFloat(string key) => Find(key)?.AsFloat();
    public int? TryGetInt32(string key) => Find(key)?.AsInteger<int>();
    public uint? TryGetUInt32(string key) => Find(key)?.AsInteger<uint>();
    public long? TryGetInt64(string key) => Find(key)?.AsInteger<long>();
    public GgufStrings? TryGetStrings(string key) => Find(key)?.AsStrings();
    public float[]? TryGetFloats(string key) => Find(key)?.AsFloats();
    public int[]? TryGetInt32s(string key) => Find(key)?.AsIntegers<int>();

    public string GetString(string key) => Demand(key).AsString();
    public bool GetBool(string key) => Demand(key).AsBool();
    public float GetFloat(string key) => Demand(key).AsFloat();
    public int GetInt32(string key) => Demand(key).AsInteger<int>();
    public uint GetUInt32(string key) => Demand(key).AsInteger<uint>();
    public long GetInt64(string key) => Demand(key).AsInteger<long>();
    public ulong GetUInt64(string key) => Demand(key).AsInteger<ulong>();
    public GgufStrings GetStrings(string key) => Demand(key).AsStrings();
    public float[] GetFloats(string key) => Demand(key).AsFloats();
    public int[] GetInt32s(string key) => Demand(key).AsIntegers<int>();

    GgufValue Demand(string key) => Find(key) ?? throw new GgufException($"{_path}: the metadata '{key}' is missing.");
}
