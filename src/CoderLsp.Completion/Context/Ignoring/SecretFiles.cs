namespace CoderLsp.Completion.Context.Ignoring;

/// <summary>
/// Names of files that hold passwords and keys. Such a file is never given to a model, not even when it is open in the editor, unless
/// the user's settings take it back. Names only: a file's content is not looked at to find out.
/// </summary>
static class SecretFiles
{
    // Files and folders apart: "credentials*" is no reason to hide the sources in a folder "credentials-service".
    static readonly IgnoreRules Names = IgnoreRules.Of(
    [
        ".env*", "*.env", "!.env.example", "!.env.sample", "!.env.template", "!.env.dist", "!example.env", "!sample.env",
        "*.pem", "*.key", "*.ppk", "*.p8", "*.p12", "*.pfx", "*.jks", "*.keystore", "*.keytab", "*.kdb", "*.kdbx", "*.ovpn", "*.gpg",
        "id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*",
        ".netrc", "_netrc", ".npmrc", ".yarnrc.yml", ".pypirc", ".pgpass", "pgpass.conf", ".my.cnf", ".htpasswd", ".git-credentials",
        ".dockercfg", ".s3cfg", ".boto", ".terraformrc", "terraform.rc", ".vault-token", ".vault_pass*", ".*_history",
        "*.tfstate", "*.tfstate.*", "*.tfvars", "*.tfvars.json", "*.publishsettings", "local.settings.json", "wp-config.php",
        "key.properties", "keystore.properties", "client_secret*.json", "service-account*.json", "service_account*.json",
        "secrets", "secrets.*", "*.secret", "*.secrets", "secret.json", "secret.yaml", "secret.yml", "secret.toml", "auth.json",
        // A class may well be called Credentials; a file of them is data.
        "credentials*", .. SourceExtensions().Select(extension => $"!credentials*{extension}"),
    ], ignoreCase: true);

    static readonly HashSet<string> Folders = new(StringComparer.OrdinalIgnoreCase)
    {
        ".aws", ".azure", ".gnupg", ".kube", ".password-store", ".ssh",
    };

    static readonly string[] Places = ["/.docker/config.json", "/.git/config", "/.config/gcloud/application_default_credentials.json"];

    /// <param name="path">Full, with the platform's separators or with <c>/</c>.</param>
    public static bool Matches(string path)
    {
        var normal = path.Replace('\\', '/');
        var parts = normal.Split('/');
        return parts.SkipLast(1).Any(Folders.Contains) || Names.Verdict(parts[^1], isFolder: false) == true
            || Places.Any(place => normal.EndsWith(place, StringComparison.OrdinalIgnoreCase));
    }

    static string[] SourceExtensions() =>
        [".c", ".cc", ".cpp", ".cs", ".cshtml", ".go", ".h", ".hpp", ".java", ".js", ".jsx", ".kt", ".lua", ".md", ".mjs", ".php", ".py",
         ".razor", ".rb", ".rs", ".scala", ".swift", ".ts", ".tsx", ".vue"];
}
