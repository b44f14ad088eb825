import Synchronization

/// Hands the bytes of a result to a function, and counts them.
final class FunctionSink: ResultSink {
    private let body: @Sendable ([UInt8]) throws -> Void
    private let count = Mutex<UInt64>(0)

    init(_ body: @escaping @Sendable ([UInt8]) throws -> Void) { self.body = body }

    func write(_ bytes: [UInt8]) throws {
        guard !bytes.isEmpty else { return }
        try body(bytes)
        count.withLock { $0 += UInt64(bytes.count) }
    }

    func finish() -> UInt64 { count.withLock { $0 } }

    func abandon() {}
}
