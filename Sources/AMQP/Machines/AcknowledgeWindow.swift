/// The deliveries of one channel that wait for their acknowledgement, so that a run of them can be
/// acknowledged with one frame.
///
/// It holds what the broker holds and nothing else, so that one delivery that takes long costs no memory for
/// those that overtake it.
struct AcknowledgeWindow {
    /// One `basic.ack` to send.
    struct Frame: Equatable {
        let tag: UInt64
        let multiple: Bool
    }

    /// In order, as the broker counts up; bounded by the consumers' prefetch.
    private var outstanding: [UInt64] = []

    /// How many deliveries have neither been acknowledged nor given back.
    var count: Int { outstanding.count }

    mutating func delivered(_ tag: UInt64) { outstanding.append(tag) }

    /// A delivery was rejected or given back; true if it was outstanding.
    mutating func settle(_ tag: UInt64) -> Bool {
        guard let index = index(of: tag) else { return false }
        outstanding.remove(at: index)
        return true
    }

    /// The frames that acknowledge these deliveries, and no other.
    ///
    /// Those at the front of what is outstanding collapse into one; each of the others needs its own.
    mutating func acknowledge(_ tags: [UInt64]) -> [Frame] {
        let fresh = Set(tags.filter { index(of: $0) != nil })
        guard !fresh.isEmpty else { return [] }
        let run = outstanding.prefix(while: fresh.contains)
        var frames: [Frame] = []
        if let last = run.last { frames.append(Frame(tag: last, multiple: run.count > 1)) }
        if run.count < fresh.count {
            for tag in outstanding.dropFirst(run.count) where fresh.contains(tag) {
                frames.append(Frame(tag: tag, multiple: false))
            }
        }
        outstanding.removeAll(where: fresh.contains)
        return frames
    }

    private func index(of tag: UInt64) -> Int? {
        var low = 0
        var high = outstanding.count
        while low < high {
            let middle = (low + high) / 2
            if outstanding[middle] < tag { low = middle + 1 } else { high = middle }
        }
        return low < outstanding.count && outstanding[low] == tag ? low : nil
    }
}
