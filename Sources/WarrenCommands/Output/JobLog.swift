import Synchronization
import Warren

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The job log: a header, then a line of tab-separated columns for each attempt that has ended.
///
/// A line is written at once, so a crash can tear but the last one; who reads the log leaves that out, and
/// who goes on with the log removes it.
final class JobLog: Sendable {
    private static let columns = [
        "fragment", "item", "worker", "host", "start", "seconds", "attempt", "exit", "signal", "cpu", "peak",
    ]
    private static let tab = UInt8(ascii: "\t")
    private static let newline = UInt8(ascii: "\n")
    private static let header = Array((columns.joined(separator: "\t") + "\n").utf8)
    private static let block = 256 << 10

    private let path: String
    private let descriptor: CInt
    /// Held while a line is written, should that take more than one call after all.
    private let turn = Mutex(())

    /// - Parameter appending: Whether to go on with the log that is there, or to replace it.
    /// - Throws: ``WarrenError/Code/usage`` if it cannot be written, or if what is there is no job log.
    init(path: String, appending: Bool) throws {
        let access = appending ? O_RDWR : O_WRONLY | O_TRUNC
        let descriptor = open(path, access | O_APPEND | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw Self.failure(.usage, "write", path) }
        self.path = path
        self.descriptor = descriptor
        var size = try regularSize()
        if appending, let whole = size { size = try removeTornLine(whole) }
        if size ?? 0 == 0 { try append(Self.header) }
    }

    deinit { close(descriptor) }

    /// Adds a line. It is then the system's, and outlives this process.
    ///
    /// - Throws: ``WarrenError/Code/job`` if there is no room.
    func write(_ record: AttemptRecord) throws {
        let columns: [[UInt8]] = [
            FragmentID(job: record.job, range: record.range).bytes,
            Self.escaped(record.item ?? []),
            Self.escaped(Array(record.worker.utf8)),
            Self.escaped(Array(record.host.utf8)),
            Self.decimal(record.started),
            Self.decimal(record.seconds),
            Self.number(record.attempt),
            Self.number(record.exit),
            Self.number(record.signal),
            Self.decimal(record.cpuSeconds),
            Self.number(record.peakMemory),
        ]
        try append(Array(columns.joined(separator: CollectionOfOne(Self.tab))) + [Self.newline])
    }

    /// The runs of units, sorted and merged, that need not be done again: an attempt ended with exit 0 and no
    /// signal.
    ///
    /// - Throws: ``WarrenError/Code/input`` if the log cannot be read; ``WarrenError/Code/usage`` with the
    ///   line that is not one of a job log.
    static func finished(in path: String) throws -> [UnitRange] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(.input, "read", path) }
        defer { close(descriptor) }
        var runs: [UnitRange] = []
        var number = 0
        var offset = off_t(0)
        // The beginning of a line whose end has not been read yet.
        var rest: [UInt8] = []
        while true {
            let chunk = try read(descriptor, path, block, at: offset)
            guard !chunk.isEmpty else { return RunSet(runs).runs }
            offset += off_t(chunk.count)
            rest += chunk
            var start = 0
            while let end = rest[start...].firstIndex(of: newline) {
                number += 1
                do {
                    if let run = try finishedRun(rest[start...end], isFirst: number == 1) { runs.append(run) }
                } catch {
                    throw WarrenError(
                        .usage,
                        "\(path):\(number): \(error.reason); name a file that --joblog has written"
                    )
                }
                start = end + 1
            }
            rest.removeFirst(start)
        }
    }

    private struct Malformed: Error {
        let reason: String
    }

    /// What the line, newline included, says is done; nil if that is nothing.
    private static func finishedRun(
        _ line: ArraySlice<UInt8>,
        isFirst: Bool
    ) throws(Malformed) -> UnitRange? {
        // Not only in front: logs may have been put together with `cat`.
        if line.elementsEqual(header) { return nil }
        guard !isFirst else { throw Malformed(reason: "not the header of a job log") }
        let fields = line.dropLast().split(separator: tab, omittingEmptySubsequences: false)
        guard fields.count == columns.count else {
            throw Malformed(reason: "not \(columns.count) columns but \(fields.count)")
        }
        guard let fragment = FragmentID(fields[0]) else {
            throw Malformed(reason: "“\(String(decoding: fields[0], as: UTF8.self))” is no fragment")
        }
        let ends = try fields[7...8].map { field throws(Malformed) -> Int? in
            guard !field.isEmpty else { return nil }
            let text = String(decoding: field, as: UTF8.self)
            guard let number = Int(text) else { throw Malformed(reason: "“\(text)” is no number") }
            return number
        }
        return ends[0] == 0 && ends[1] == nil ? fragment.range : nil
    }

    // MARK: - The file

    /// nil if it is a pipe or a device, which has no size.
    private func regularSize() throws -> off_t? {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.failure(.usage, "write", path) }
        return status.st_mode & S_IFMT == S_IFREG ? status.st_size : nil
    }

    /// Removes what follows the last newline, lest the next line be joined to it.
    ///
    /// - Returns: The size that is left.
    private func removeTornLine(_ size: off_t) throws -> off_t {
        let start = try Self.read(descriptor, path, Self.header.count, at: 0)
        guard Self.header.starts(with: start) else {
            throw WarrenError(.usage, "\(path) is there and is no job log; name another file")
        }
        var end = size
        while end > 0 {
            let count = min(Int(end), Self.block)
            let from = end - off_t(count)
            if let newline = try Self.read(descriptor, path, count, at: from).lastIndex(of: Self.newline) {
                end = from + off_t(newline) + 1
                break
            }
            end = from
        }
        guard end == size || ftruncate(descriptor, end) == 0 else {
            throw Self.failure(.usage, "write", path)
        }
        return end
    }

    private func append(_ bytes: [UInt8]) throws {
        try turn.withLock { _ in
            var written = 0
            while written < bytes.count {
                let count = bytes.withUnsafeBytes { buffer in
                    #if canImport(Glibc)
                        Glibc.write(descriptor, buffer.baseAddress! + written, buffer.count - written)
                    #else
                        Darwin.write(descriptor, buffer.baseAddress! + written, buffer.count - written)
                    #endif
                }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else {
                    let failure = Self.failure(.job, "write", path)
                    // Or the next line, if it has room again, would be joined to this one.
                    if written > 0, let size = try regularSize() {
                        ftruncate(descriptor, size - off_t(written))
                    }
                    throw failure
                }
                written += count
            }
        }
    }

    /// Bytes of the file; fewer than wanted, or none, at its end.
    private static func read(
        _ descriptor: CInt,
        _ path: String,
        _ count: Int,
        at offset: off_t
    ) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = pread(
                    descriptor,
                    buffer.baseAddress! + filled,
                    count - filled,
                    offset + off_t(filled)
                )
                if got < 0, errno == EINTR { continue }
                guard got >= 0 else { throw failure(.input, "read", path) }
                guard got > 0 else { return }
                filled += got
            }
        }
    }

    private static func failure(_ code: WarrenError.Code, _ verb: String, _ path: String) -> WarrenError {
        WarrenError(code, "cannot \(verb) \(path): \(String(cString: strerror(errno)))")
    }

    // MARK: - The columns

    /// Text in which neither a tab nor a line's end can be, from which the bytes can be had again.
    private static func escaped(_ bytes: [UInt8]) -> [UInt8] {
        var escaped: [UInt8] = []
        escaped.reserveCapacity(bytes.count)
        var parser = Unicode.UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        var index = 0
        while true {
            switch parser.parseScalar(from: &iterator) {
            case .valid(let scalar):
                let end = index + scalar.count
                append(Unicode.UTF8.decode(scalar), bytes[index..<end], to: &escaped)
                index = end
            case .error(let length):
                appendHexadecimal(bytes[index..<index + length], to: &escaped)
                index += length
            case .emptyInput: return escaped
            }
        }
    }

    private static func append(
        _ scalar: Unicode.Scalar,
        _ bytes: ArraySlice<UInt8>,
        to escaped: inout [UInt8]
    ) {
        switch scalar {
        case "\t": escaped += Array("\\t".utf8)
        case "\n": escaped += Array("\\n".utf8)
        case "\\": escaped += Array("\\\\".utf8)
        default:
            switch scalar.properties.generalCategory {
            // The separators as well, since many programs end a line there.
            case .control, .lineSeparator, .paragraphSeparator: appendHexadecimal(bytes, to: &escaped)
            default: escaped += bytes
            }
        }
    }

    private static func appendHexadecimal(_ bytes: ArraySlice<UInt8>, to escaped: inout [UInt8]) {
        for byte in bytes {
            escaped += Array((byte < 16 ? "\\x0" : "\\x").utf8)
            escaped += Array(String(byte, radix: 16, uppercase: true).utf8)
        }
    }

    private static func number(_ number: (some BinaryInteger)?) -> [UInt8] {
        number.map { Array(String($0).utf8) } ?? []
    }

    /// To the millisecond; without an exponent, which not every program reads, unless a clock has gone mad.
    private static func decimal(_ seconds: Double) -> [UInt8] {
        guard let milliseconds = Int64(exactly: (seconds * 1000).rounded()) else {
            return Array("\(seconds)".utf8)
        }
        let fraction = String(milliseconds.magnitude % 1000)
        let zeros = String(repeating: "0", count: 3 - fraction.count)
        return Array(
            "\(milliseconds < 0 ? "-" : "")\(milliseconds.magnitude / 1000).\(zeros)\(fraction)".utf8
        )
    }
}
