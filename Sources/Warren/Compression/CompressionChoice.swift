/// Whether compressing what a process sends takes less time than it saves: by how fast what it sent was confirmed, and by how
/// fast and how small a piece of it became.
struct CompressionChoice: Sendable {
    /// So much of a body says what the rest would do, in bytes.
    static let sample = 64 << 10
    /// So many bodies later, it is tried again what one becomes.
    private static let samplePeriod = 32
    /// It must save at least a third of the time: processors have other things to do.
    private static let margin = 0.67

    /// Bytes a second that leave and are confirmed; nil before anything was.
    private(set) var sendRate: Double?
    /// Bytes a second, and what they become in parts of one.
    private var compression: (rate: Double, ratio: Double)?
    private var bodiesSinceSample = 0

    /// Whether a piece of the next body should be compressed to see what becomes of it.
    var wantsSample: Bool {
        sendRate != nil && (compression == nil || bodiesSinceSample >= Self.samplePeriod)
    }

    /// Whether the next body should be compressed. Unknown means no: the first one is there to be timed.
    var pays: Bool {
        guard let sendRate, let (rate, ratio) = compression else { return false }
        // A byte takes 1 ÷ sendRate as it is; else its compression, and a third of that for the reverse.
        let plain = 1 / sendRate
        let compressed = 4 / 3 / rate + ratio / sendRate
        return compressed < Self.margin * plain
    }

    mutating func sampled(bytes: Int, became: Int, seconds: Double) {
        guard bytes > 0 else { return }
        compression = (Double(bytes) / max(seconds, 1e-6), Double(became) / Double(bytes))
        bodiesSinceSample = 0
    }

    /// So much left, and was confirmed after so long.
    mutating func sent(bytes: Int, seconds: Double) {
        let rate = Double(bytes) / max(seconds, 1e-6)
        sendRate = sendRate.map { $0 + 0.3 * (rate - $0) } ?? rate
        bodiesSinceSample += 1
    }
}
