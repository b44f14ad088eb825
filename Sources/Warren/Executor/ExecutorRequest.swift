import AMQP

/// A fragment as a worker hands it to an executor.
struct ExecutorRequest: Sendable, Hashable {
    let id: FragmentID
    let kind: JobKind
    let parameters: [UInt8]
    let attempt: Int
    let mayMerge: Bool
    let timeLimit: Duration?
    let payload: [UInt8]

    init(_ fragment: FragmentMessage) {
        mayMerge = fragment.mayMerge
        id = fragment.id
        kind = fragment.kind
        parameters = fragment.parameters
        attempt = fragment.attempt
        timeLimit = fragment.timeLimit
        payload = fragment.payload
    }

    func write(to frames: inout FrameWriter) {
        frames.frame { frame in
            frame.put(id.job.description)
            frame.put(id.range.lowerBound)
            frame.put(id.range.upperBound)
            frame.put(UInt32(attempt))
            frame.put(UInt8(mayMerge ? 1 : 0))
            frame.put(timeLimit?.nanoseconds ?? 0)
            frame.put(kind.rawValue)
            frame.put(parameters)
            frame.put(payload)
        }
    }

    /// Nil for a frame that is no request.
    init?(_ frame: FrameReader) {
        var frame = frame
        guard let job = JobID(bytes: frame.run()) else { return nil }
        let (from, to) = (frame.number(UInt64.self), frame.number(UInt64.self))
        guard from < to else { return nil }
        id = FragmentID(job: job, range: from..<to)
        attempt = Int(frame.number(UInt32.self))
        mayMerge = frame.number(UInt8.self) != 0
        let limit = frame.number(Int64.self)
        timeLimit = limit > 0 ? .nanoseconds(limit) : nil
        kind = JobKind(rawValue: frame.text())
        parameters = frame.run()
        payload = frame.run()
    }
}
