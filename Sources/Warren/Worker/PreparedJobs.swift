import Synchronization

/// The jobs that a worker has made ready, so that a job's set-up is paid once and not for each fragment.
final class PreparedJobs: Sendable {
    private struct Entry {
        let kind: JobKind
        let parameters: [UInt8]
        let job: any PreparedJob
    }

    /// A few, the latest first: several jobs may run at once, and their fragments come mixed.
    private let entries = Mutex<[Entry]>([])
    private static let kept = 16

    /// - Throws: ``WarrenError`` for a kind that there is none of, or parameters that do not fit it.
    func job(
        _ kind: JobKind,
        _ parameters: [UInt8],
        in catalog: JobCatalog
    ) throws -> any PreparedJob {
        try entries.withLock { entries in
            if let index = entries.firstIndex(where: { $0.kind == kind && $0.parameters == parameters }) {
                if index > 0 { entries.swapAt(index, 0) }
                return entries[0].job
            }
            guard let type = catalog[kind] else {
                let known = catalog.kinds.map(\.rawValue).joined(separator: ", ")
                throw WarrenError(
                    .incompatible,
                    "does not know the kind “\(kind)”; it knows \(known)"
                )
            }
            let job: any PreparedJob
            do {
                job = try type.prepare(parameters)
            } catch {
                throw WarrenError(.incompatible, "cannot read the parameters of \(kind): \(error)")
            }
            entries.insert(Entry(kind: kind, parameters: parameters, job: job), at: 0)
            if entries.count > Self.kept { entries.removeLast() }
            return job
        }
    }
}
