namespace CoderLsp;

/// <summary>Ends what was asked for with a message to the user: what is wrong, where, and what to do.</summary>
class UserException(string message) : Exception(message);
