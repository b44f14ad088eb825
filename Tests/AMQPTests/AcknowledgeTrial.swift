import TestSupport

@testable import AMQP

/// An ``AcknowledgeWindow`` beside a broker that closes the channel over any tag that is not outstanding, with or
/// without `multiple`, as RabbitMQ does.
struct AcknowledgeTrial {
    private var random: SeededRandom
    private var window = AcknowledgeWindow()
    private var lastTag: UInt64 = 0
    /// What the broker waits for.
    private var outstanding: Set<UInt64> = []
    private(set) var violation: String?

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    mutating func run() {
        for _ in 0..<30 where violation == nil {
            switch random.below(4) {
            case 0, 1: deliver()
            case 2: acknowledge()
            default: giveBack()
            }
            if window.count != outstanding.count {
                violation = "\(window.count) out, not \(outstanding.count)"
            }
        }
    }

    private mutating func deliver() {
        for _ in 0...random.below(4) {
            // Deliveries that need no acknowledgement take numbers, too.
            lastTag += UInt64(1 + (random.once(in: 5) ? 1 : 0))
            window.delivered(lastTag)
            outstanding.insert(lastTag)
        }
    }

    private mutating func acknowledge() {
        // Any tags, in any order, some twice, some never delivered or settled long ago.
        var tags = (0..<random.below(8)).map { _ in UInt64(random.below(Int(lastTag) + 3)) }
        if random.once(in: 3) { tags += outstanding.sorted().prefix(random.below(6)) }
        let meant = outstanding.intersection(tags)
        var acknowledged: Set<UInt64> = []
        let frames = window.acknowledge(tags)
        for frame in frames {
            guard outstanding.contains(frame.tag) else {
                violation = "406 PRECONDITION_FAILED - unknown delivery tag \(frame.tag)"
                return
            }
            let covered = frame.multiple ? outstanding.filter { $0 <= frame.tag } : [frame.tag]
            acknowledged.formUnion(covered)
            outstanding.subtract(covered)
        }
        if acknowledged != meant { violation = "\(acknowledged) acknowledged, \(meant) meant" }
        if frames.count > meant.count { violation = "\(frames.count) frames for \(meant.count) tags" }
    }

    private mutating func giveBack() {
        let tag = UInt64(random.below(Int(lastTag) + 3))
        let wasOutstanding = outstanding.remove(tag) != nil
        if window.settle(tag) != wasOutstanding {
            violation = "\(tag) given back, outstanding \(wasOutstanding)"
        }
    }
}
