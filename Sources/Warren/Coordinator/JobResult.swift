/// What a job ends with.
public struct JobResult<Output: Sendable>: Sendable {
    public let output: Output
    public var receipt: Receipt
}

/// A job that ended without a result, and its account.
public struct JobFailure: Error, Sendable, CustomStringConvertible {
    public let error: WarrenError
    public let receipt: Receipt

    public var description: String { error.message }
}
