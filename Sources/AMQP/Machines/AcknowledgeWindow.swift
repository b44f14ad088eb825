internal import DequeModule

/// The deliveries of one channel that wait for their acknowledgement, so that a run of them can be
/// acknowledged with one frame.
struct AcknowledgeWindow {
    /// One `basic.ack` to send.
    struct Frame: Equatable {
        let tag: UInt64
        let multiple: Bool
    }

    private var outstanding = Deque<UInt64>()
    /// Settled, but behind one that is not; the broker has been told already.
    private var settled: Set<UInt64> = []

    /// How many deliveries have neither been acknowledged nor given back.
    var count: Int { outstanding.count - settled.count }

    mutating func delivered(_ tag: UInt64) { outstanding.append(tag) }

    /// A delivery was rejected or given back; true if it was outstanding.
    mutating func settle(_ tag: UInt64) -> Bool {
        guard isOutstanding(tag) else { return false }
        settled.insert(tag)
        trim()
        return true
    }

    /// The frames that acknowledge these deliveries, and no other.
    ///
    /// Those at the front of what is outstanding collapse into one; each of the others needs its own.
    mutating func acknowledge(_ tags: [UInt64]) -> [Frame] {
        let fresh = Set(tags.filter(isOutstanding))
        guard !fresh.isEmpty else { return [] }
        var frames: [Frame] = []
        var run = 0
        var last: UInt64?
        // The frame's own tag must be one that the broker still has, not one it was told of before.
        for tag in outstanding {
            if fresh.contains(tag) {
                last = tag
                run += 1
            } else if !settled.contains(tag) {
                break
            }
        }
        if let last { frames.append(Frame(tag: last, multiple: run > 1)) }
        if run < fresh.count {
            for tag in fresh.sorted() where last.map({ tag > $0 }) ?? true {
                frames.append(Frame(tag: tag, multiple: false))
            }
        }
        settled.formUnion(fresh)
        trim()
        return frames
    }

    private func isOutstanding(_ tag: UInt64) -> Bool {
        guard let first = outstanding.first, let last = outstanding.last, first <= tag, tag <= last else {
            return false
        }
        return !settled.contains(tag) && contains(tag)
    }

    private func contains(_ tag: UInt64) -> Bool {
        var low = 0
        var high = outstanding.count
        while low < high {
            let middle = (low + high) / 2
            if outstanding[middle] < tag { low = middle + 1 } else { high = middle }
        }
        return low < outstanding.count && outstanding[low] == tag
    }

    private mutating func trim() {
        while let tag = outstanding.first, settled.remove(tag) != nil { outstanding.removeFirst() }
    }
}
