/// What a fragment of a command yields: a record of each run, with what it printed.
package struct CommandPartial: Sendable, Hashable {
    package var records: [CommandRecord] = []

    package init(_ records: [CommandRecord] = []) {
        self.records = records
    }
}

/// On the wire: `C`, a version, then the records one after the other, numbers little-endian and runs of bytes behind
/// their length, as `docs/protocol.md` has it.
extension CommandPartial: Payload {
    package static var contentType: String { "application/octet-stream" }

    private static let magic: UInt16 = 0x0143

    package func encoded() -> [UInt8] {
        var writer = FrameWriter()
        writer.bytes.reserveCapacity(16 + records.reduce(0) { $0 + 96 + $1.output.count + $1.errors.count })
        writer.put(Self.magic)
        writer.put(UInt32(records.count))
        for record in records {
            writer.put(record.range.lowerBound)
            writer.put(record.range.upperBound)
            writer.put(UInt8((record.hasFailed ? 1 : 0) | (record.item == nil ? 0 : 2)))
            writer.put(record.item ?? [])
            writer.put(record.cost.started)
            writer.put(record.cost.seconds)
            writer.put(record.cost.cpuSeconds)
            writer.put(record.cost.peakMemory)
            writer.put(Int32(record.exitCode ?? -1))
            writer.put(Int32(record.signal ?? -1))
            writer.put(record.errors)
            writer.put(record.output)
        }
        return writer.bytes
    }

    package init(decoding bytes: [UInt8]) throws {
        var reader = FrameReader(bytes[...])
        guard reader.number(UInt16.self) == Self.magic else {
            throw WarrenError(
                .incompatible,
                "the partial of a command begins with C and 1, this one with neither"
            )
        }
        let count = Int(reader.number(UInt32.self))
        // A count from the network is no reason to allocate anything.
        for _ in 0..<count where !reader.isOverrun {
            let (from, to) = (reader.number(UInt64.self), reader.number(UInt64.self))
            let flags = reader.number(UInt8.self)
            let item = reader.run()
            var record = CommandRecord(range: from..<max(from, to))
            record.hasFailed = flags & 1 != 0
            record.item = flags & 2 != 0 ? item : nil
            record.cost = AttemptCost(
                started: reader.double(),
                seconds: reader.double(),
                cpuSeconds: reader.double(),
                peakMemory: reader.number()
            )
            let (exitCode, signal) = (reader.number(Int32.self), reader.number(Int32.self))
            record.exitCode = exitCode < 0 ? nil : Int(exitCode)
            record.signal = signal < 0 ? nil : Int(signal)
            record.errors = reader.run()
            record.output = reader.run()
            records.append(record)
        }
        guard reader.isAtEnd, !reader.isOverrun, records.count == count else {
            throw WarrenError(.incompatible, "the partial of a command is cut off, or goes on after its end")
        }
    }
}
