/// The body of an answer of type `partly`: what was not done, as JSON behind its length, then the partial.
struct PartlyBody {
    private struct Missing: Codable {
        struct Failed: Codable {
            let from: UInt64
            let to: UInt64
            let cause: AttemptFailure.Cause
            let reason: String
        }

        struct Rest: Codable {
            let from: UInt64
            let to: UInt64
        }

        let failed: [Failed]
        let rest: [Rest]
    }

    let failed: [LedgerEvent.PartialSuccess.Failed]
    let rest: [UnitRange]
    let partial: [UInt8]

    init(failed: [LedgerEvent.PartialSuccess.Failed], rest: [UnitRange], partial: [UInt8]) {
        self.failed = failed
        self.rest = rest
        self.partial = partial
    }

    var encoded: [UInt8] {
        let missing = Missing(
            failed: failed.map {
                Missing.Failed(
                    from: $0.range.lowerBound,
                    to: $0.range.upperBound,
                    cause: $0.failure.cause,
                    reason: $0.failure.reason
                )
            },
            rest: rest.map { Missing.Rest(from: $0.lowerBound, to: $0.upperBound) }
        )
        // A struct of strings and numbers always encodes.
        let json = (try? JSONCoding.encode(missing)) ?? []
        var bytes: [UInt8] = []
        bytes.reserveCapacity(4 + json.count + partial.count)
        withUnsafeBytes(of: UInt32(json.count).bigEndian) { bytes.append(contentsOf: $0) }
        bytes += json
        bytes += partial
        return bytes
    }

    /// - Throws: ``WarrenError/Code/incompatible`` for bytes that are nothing of the sort.
    init(decoding bytes: [UInt8]) throws(WarrenError) {
        let length = bytes.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        guard bytes.count >= 4, bytes.count - 4 >= length else {
            throw WarrenError(.incompatible, "the body of “partly” ends too soon")
        }
        do {
            let missing = try JSONCoding.decode(Missing.self, from: Array(bytes[4..<4 + length]))
            failed = try missing.failed.map {
                .init(try Self.range($0.from, $0.to), AttemptFailure($0.cause, $0.reason))
            }
            rest = try missing.rest.map { try Self.range($0.from, $0.to) }
        } catch {
            throw WarrenError(.incompatible, "the body of “partly” does not say what was not done: \(error)")
        }
        partial = Array(bytes[(4 + length)...])
    }

    private static func range(_ from: UInt64, _ to: UInt64) throws -> UnitRange {
        guard from < to else { throw WarrenError(.incompatible, "\(from)-\(to) is no run of units") }
        return from..<to
    }
}
