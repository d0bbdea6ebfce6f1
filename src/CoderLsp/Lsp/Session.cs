using CoderLsp.Configuration;
using CoderLsp.Lsp.Documents;

namespace CoderLsp.Lsp;

/// <summary>What was agreed with the client and holds until the connection ends, and the settings in force.</summary>
/// <param name="closing">Cancelled when the connection ends.</param>
sealed class Session(CancellationToken closing)
{
    CoderLspSettings _settings = new();

    public CancellationToken Closing { get; } = closing;

    public PositionEncoding Encoding { get; set; } = PositionEncoding.Utf16;

    public ClientFeatures Client { get; set; } = new();

    /// <summary>The settings in force; they may change at any time.</summary>
    public CoderLspSettings Settings
    {
        get => Volatile.Read(ref _settings);
        set
        {
            Volatile.Write(ref _settings, value);
            SettingsChanged?.Invoke(value);
        }
    }

    /// <summary>Of the settings in force, <see cref="InlineSettings.Languages"/> without what the editor sends.</summary>
    public IReadOnlyDictionary<string, bool> InheritedLanguages { get; set; } = new Dictionary<string, bool>();

    /// <summary>New settings are in force.</summary>
    public event Action<CoderLspSettings>? SettingsChanged;
}
