/// Merges partials into a total as they come: the reducer of any job that says no more than its own type does.
///
/// Small partials are merged on the thread that received them. Large ones go to threads of their own, each of which has
/// a total of its own.
struct MergingReducer<J: Job>: Reducer {
    /// From this size on, in bytes, a partial is worth a thread.
    static var large: Int { 64 << 10 }
    /// No more threads than this merge.
    private static var mostLanes: Int { min(Processors.available(), 4) }

    static var takesMerged: Bool { true }

    private let job: J
    private var total: J.Partial
    private var lanes: [MergeLane<J>] = []

    init(_ job: J) {
        self.job = job
        self.total = job.identity
    }

    mutating func fold(encoded body: [UInt8], then done: @escaping @Sendable ((any Error)?) -> Void)
        -> Folding
    {
        guard body.count < Self.large else {
            lane().merge(body, then: done)
            return .later
        }
        do {
            try job.merge(decoding: body, into: &total)
            return .done
        } catch {
            return .unreadable(error)
        }
    }

    mutating func fold(_ partial: J.Partial, of range: UnitRange, from worker: String) {
        job.merge(partial, into: &total)
    }

    mutating func skip(_ range: UnitRange) {}

    mutating func finish() throws -> J.Output {
        for lane in lanes { job.merge(lane.end(), into: &total) }
        lanes = []
        return try job.result(of: total)
    }

    mutating func abandon() { lanes = [] }

    /// The lane with the least to do, or another one if all of them fall behind: each has a total, which costs memory, and
    /// is to be merged at the end.
    private mutating func lane() -> MergeLane<J> {
        if let lane = lanes.min(by: { $0.waiting < $1.waiting }),
            lane.waiting < 2 || lanes.count >= Self.mostLanes
        {
            return lane
        }
        let lane = MergeLane(job)
        lanes.append(lane)
        return lane
    }
}
