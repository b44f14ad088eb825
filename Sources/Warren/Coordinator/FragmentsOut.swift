/// The fragments of a job that are out, should they have to be sent again: bounded by the window, and what they carry by
/// ``mostBytes`` or, if there are so many slots, by what those work on.
struct FragmentsOut: Sendable {
    /// What the payloads of a job may take at once, in bytes: far below where a broker with its default settings on a small
    /// machine raises its memory alarm.
    static let mostBytes = 128 << 20

    private var fragments: [UnitRange: Fragment] = [:]
    /// All payloads together.
    private(set) var bytes = 0

    /// Whether they carry so much that the broker had better not hold it.
    var isHeavy: Bool { bytes > Self.mostBytes }

    /// Whether another fragment may be sent: no slot is idle for want of room.
    func hasRoom(for slots: Int) -> Bool { bytes < Self.mostBytes || fragments.count < max(slots, 1) }

    subscript(range: UnitRange) -> Fragment? {
        get { fragments[range] }
        set {
            bytes += (newValue?.payload.count ?? 0) - (fragments[range]?.payload.count ?? 0)
            fragments[range] = newValue
        }
    }

    mutating func removeValue(forKey range: UnitRange) -> Fragment? {
        defer { self[range] = nil }
        return fragments[range]
    }
}
