import Warren

/// Which units fail at their first attempt: the same ones on every machine.
struct FaultPlan: Sendable {
    /// How many units are looked at between two looks at whether to go on: about a millisecond.
    private static let stretch: UInt64 = 1 << 20

    private let share: Double

    /// - Throws: ``WarrenError/Code/usage`` if `share` is not from 0 to 1.
    init(share: Double) throws {
        guard (0...1).contains(share) else {
            throw WarrenError(.usage, "fail is \(share); give a share of the units, from 0 to 1")
        }
        self.share = share
    }

    /// The first unit of the range that fails. Costs about 1 / share hashes, and nothing at share 0.
    func firstFault(in range: Range<UInt64>, _ context: FragmentContext) throws -> UInt64? {
        guard share > 0 else { return nil }
        for unit in range {
            if isFault(unit) { return unit }
            if unit % Self.stretch == 0 { try context.checkCancellation() }
        }
        return nil
    }

    func isFault(_ unit: UInt64) -> Bool {
        // The finaliser of SplitMix64 (Steele, Lea and Flood, 2014); its upper 53 bits as a number from 0 to 1.
        var hash = unit &+ 0x9E37_79B9_7F4A_7C15
        hash = (hash ^ hash >> 30) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ hash >> 27) &* 0x94D0_49BB_1331_11EB
        return Double((hash ^ hash >> 31) >> 11) * 0x1p-53 < share
    }
}
