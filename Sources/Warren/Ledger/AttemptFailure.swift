/// Why an attempt failed: what sort of failure it was, and in words.
package struct AttemptFailure: Sendable, Hashable, Codable {
    /// Told apart, because each has a limit of its own.
    package enum Cause: String, Sendable, Codable, CaseIterable {
        /// The job's code threw, or a command exited with another code than it should.
        case error
        /// The process that ran it ended: a trap, a segmentation fault, `kill`.
        case crash
        /// It took longer than the time limit.
        case timeout
        /// It used more memory than a slot may.
        case memory
        /// Its partial is larger than a message may be: only a smaller fragment can help.
        case oversize
        /// An input is not there, or not as it was submitted: no other attempt could do better.
        case input
    }

    package let cause: Cause
    package let reason: String

    package init(_ cause: Cause, _ reason: String) {
        self.cause = cause
        self.reason = reason
    }
}
