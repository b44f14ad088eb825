/// Where the bytes of a streamed result go.
package protocol ResultSink: Sendable {
    /// What is left to be said of a result that has been written.
    associatedtype Summary: Sendable

    /// Writes all of it. May block, which slows the job down and nothing else.
    func write(_ bytes: [UInt8]) throws
    /// The result is complete.
    func finish() throws -> Summary
    /// There will be no result.
    func abandon()
}
