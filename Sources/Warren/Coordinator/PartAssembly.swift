import AMQP

/// The parts of large answers, until the answers themselves come. Bounded in bytes; what is not complete when the bound is
/// reached, or has not grown for a while, is discarded, the oldest first.
struct PartAssembly: Sendable {
    private struct Sending {
        var parts: [[UInt8]] = []
        var bytes = 0
        var latest: Instant
    }

    /// The message, and which sending of it.
    private struct Key: Hashable {
        let message: ShortString
        let execution: Int64
    }

    /// How long the next part may take.
    private static let patience: Duration = .seconds(60)

    private let bound: Int
    private var sendings: [Key: Sending] = [:]
    private(set) var bytes = 0

    /// - Parameter bound: In bytes.
    init(bound: Int = 2 << 30) { self.bound = bound }

    /// Takes a part. One that does not follow those that came before is of no use, and so are they.
    ///
    /// - Throws: ``WarrenError/Code/incompatible`` for a message that is no part.
    mutating func insert(_ part: Message, at now: Instant) throws(WarrenError) {
        try WireReader.checkVersion(of: part)
        let key = try Self.key(of: part)
        guard let index = part.headers.integer(WireNames.Header.index), index >= 0 else {
            throw WarrenError(.incompatible, "header index is missing or no number of a part")
        }
        var sending = sendings[key] ?? Sending(latest: now)
        guard index == sending.parts.count else { return discard(key) }
        sending.parts.append(part.body)
        sending.bytes += part.body.count
        sending.latest = now
        sendings[key] = sending
        bytes += part.body.count
        makeRoom(at: now)
    }

    /// The whole of a message; nil if parts of it are missing.
    ///
    /// - Throws: ``WarrenError/Code/incompatible`` for a message that makes no sense.
    mutating func complete(_ message: Message) throws(WarrenError) -> Message? {
        guard let count = message.headers.integer(WireNames.Header.parts) else { return message }
        let key = try Self.key(of: message)
        defer { discard(key) }
        guard let sending = sendings[key], sending.parts.count == count - 1 else { return nil }
        var whole = message
        whole.headers[WireNames.Header.parts] = nil
        whole.headers[WireNames.Header.execution] = nil
        whole.body = []
        whole.body.reserveCapacity(sending.bytes + message.body.count)
        for part in sending.parts { whole.body += part }
        whole.body += message.body
        return whole
    }

    /// Nobody waits for answers to a job any more.
    mutating func discardAll() {
        sendings = [:]
        bytes = 0
    }

    private mutating func makeRoom(at now: Instant) {
        guard bytes > bound || sendings.count > 64 else { return }
        for (key, sending) in sendings where now - sending.latest > Self.patience { discard(key) }
        while bytes > bound, let oldest = sendings.min(by: { $0.value.latest < $1.value.latest }) {
            discard(oldest.key)
        }
    }

    private mutating func discard(_ key: Key) { bytes -= sendings.removeValue(forKey: key)?.bytes ?? 0 }

    private static func key(of message: Message) throws(WarrenError) -> Key {
        guard let execution = message.headers.integer(WireNames.Header.execution) else {
            throw WarrenError(.incompatible, "header execution is missing")
        }
        return Key(message: message.messageID, execution: execution)
    }
}
