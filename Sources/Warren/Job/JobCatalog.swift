/// The kinds of job that a program knows, in the order in which it lists them.
public struct JobCatalog: Sendable {
    package let jobs: [any Job.Type]

    /// - Precondition: No two jobs have the same kind.
    public init(_ jobs: [any Job.Type]) {
        let kinds = Set(jobs.map { $0.kind })
        precondition(kinds.count == jobs.count, "two jobs of this program have the same kind")
        self.jobs = jobs
    }

    package var kinds: [JobKind] { jobs.map { $0.kind } }

    package subscript(kind: JobKind) -> (any Job.Type)? {
        jobs.first { $0.kind == kind }
    }
}
