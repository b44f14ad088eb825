/// What Warren refuses or gives up, and why.
///
/// The message names the thing, the value and the next step.
public struct WarrenError: Error, Sendable, CustomStringConvertible {
    /// What sort of failure it is; more may be added.
    public struct Code: Hashable, Sendable {
        private enum Kind { case usage, input, job, incompatible, cancelled }
        private let kind: Kind

        /// The request makes no sense: an unknown kind, a parameter that does not fit.
        public static let usage = Code(kind: .usage)
        /// The input is not there, cannot be read, or has changed.
        public static let input = Code(kind: .input)
        /// The job failed.
        public static let job = Code(kind: .job)
        /// Another version, or another program, sent this.
        public static let incompatible = Code(kind: .incompatible)
        /// The requester cancelled the job.
        public static let cancelled = Code(kind: .cancelled)
    }

    public let code: Code
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}
