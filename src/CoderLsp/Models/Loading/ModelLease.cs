namespace CoderLsp.Models.Loading;

/// <summary>The right to use a model until it is disposed of.</summary>
sealed class ModelLease<T>(T model, Action release) : IDisposable where T : class
{
    Action? _release = release;

    public T Model { get; } = model;

    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
