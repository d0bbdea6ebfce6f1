using CoderLsp.Completion.Context.Ignoring;

namespace CoderLsp.Completion.Tests.Context;

public class SecretFilesTests
{
    [Theory]
    [InlineData("/p/.env")]
    [InlineData("/p/.env.local")]
    [InlineData("/p/.envrc")]
    [InlineData("/p/prod.env")]
    [InlineData("/p/server.PEM")]
    [InlineData("/p/tls.key")]
    [InlineData("/home/me/id_rsa")]
    [InlineData("/p/id_ed25519_work")]
    [InlineData("/p/cert.pfx")]
    [InlineData("/p/cert.p12")]
    [InlineData("/p/pass.kdbx")]
    [InlineData("/home/me/.netrc")]
    [InlineData("/p/.npmrc")]
    [InlineData("/home/me/.pypirc")]
    [InlineData("/p/credentials")]
    [InlineData("/p/credentials.json")]
    [InlineData("/p/config/credentials.yml.enc")]
    [InlineData("/p/secrets.py")]
    [InlineData("/p/secrets.yaml")]
    [InlineData("/home/me/.aws/config")]
    [InlineData("/home/me/.ssh/config")]
    [InlineData("/home/me/.ssh/keys/work")]
    [InlineData("/home/me/.gnupg/x")]
    [InlineData("/home/me/.docker/config.json")]
    [InlineData("/p/.git/config")]
    [InlineData("/home/me/.bash_history")]
    [InlineData("/p/main.tfstate")]
    [InlineData(@"C:\Users\me\.ssh\config")]
    public void Files_of_keys_and_passwords_are_secret(string path) => SecretFiles.Matches(path).ShouldBeTrue();

    [Theory]
    [InlineData("/p/.env.example")]
    [InlineData("/p/.env.sample")]
    [InlineData("/p/environment.ts")]
    [InlineData("/p/Credentials.cs")]
    [InlineData("/p/credentials_service.py")]
    [InlineData("/p/credentials-service/main.go")]
    [InlineData("/p/key.cs")]
    [InlineData("/p/KeyStore.java")]
    [InlineData("/p/SecretFiles.cs")]
    [InlineData("/p/.docker/Dockerfile")]
    [InlineData("/p/.gitignore")]
    [InlineData("/p/config.json")]
    [InlineData("/p/package.json")]
    [InlineData("")]
    public void Sources_are_not(string path) => SecretFiles.Matches(path).ShouldBeFalse();
}
