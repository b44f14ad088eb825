#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Puts pieces of output, which arrive in any order, into the order of their units.
///
/// Each piece is for a run of units, and each unit comes exactly once. A piece that is early waits in memory
/// up to a bound; past it, in a temporary file that has no name, so that it is gone however the process ends.
///
/// Memory: the bound, one piece, and some 100 bytes for each piece that waits. A copy shares the file, so
/// only one of the copies is to be used. After an error none is.
///
/// ```swift
/// var pieces = OrderedPieces()
/// try pieces.insert(10..<20, second, write)    // waits
/// try pieces.insert(0..<10, first, write)      // writes both
/// ```
package struct OrderedPieces: Sendable {
    /// The unit whose output is due; once everything has been handed out, the end of the units.
    package private(set) var next: UInt64
    /// The bytes that are early, in memory and in the file.
    package private(set) var waitingBytes = 0
    /// Those in the file.
    private(set) var spilledBytes = 0
    /// How far the file has been written. It begins again when nothing in it waits any more.
    private(set) var fileEnd = 0

    private let bound: Int
    private let directory: String
    private var waiting: [UInt64: Piece] = [:]
    private var memory = 0
    private var file: TemporaryFile?

    private struct Piece: Sendable {
        var end: UInt64
        var content: Content
    }

    private enum Content: Sendable {
        case nothing
        case memory([UInt8])
        case file(offset: Int, count: Int)
    }

    /// - Parameters:
    ///   - first: The first unit of all.
    ///   - bound: The bytes of early pieces that may be in memory.
    ///   - directory: For the temporary file, should there be one; `TMPDIR` or `/tmp` if nil.
    package init(from first: UInt64 = 0, memory bound: Int = 64 << 20, directory: String? = nil) {
        self.next = first
        self.bound = bound
        self.directory = directory ?? Self.temporaryDirectory
    }

    /// Takes a piece in, and hands out what has become due: nothing, or it and the early ones that join it.
    ///
    /// - Parameter emit: Gets each piece that is not empty, in the order of units.
    /// - Throws: ``WarrenError/Code/job`` if it must wait and there is no room; what `emit` throws.
    package mutating func insert(
        _ range: UnitRange,
        _ bytes: consuming [UInt8],
        _ emit: ([UInt8]) throws -> Void
    ) throws {
        guard !range.isEmpty, range.lowerBound >= next, waiting[range.lowerBound] == nil else {
            throw WarrenError(
                .job,
                "a second output, or an empty run: units \(range), with \(next) due; please report this"
            )
        }
        guard range.lowerBound == next else {
            waiting[range.lowerBound] = Piece(end: range.upperBound, content: try keep(bytes))
            return
        }
        next = range.upperBound
        if !bytes.isEmpty { try emit(bytes) }
        // Not held any longer, because what follows may be as large.
        _ = consume bytes
        try handOutWhatJoins(emit)
    }

    /// These units have no output; hands out what waited for them.
    package mutating func skip(_ range: UnitRange, _ emit: ([UInt8]) throws -> Void) throws {
        try insert(range, [], emit)
    }

    private mutating func keep(_ bytes: [UInt8]) throws -> Content {
        guard !bytes.isEmpty else { return .nothing }
        let cost = Self.cost(of: bytes)
        if memory + cost <= bound {
            memory += cost
            waitingBytes += bytes.count
            return .memory(bytes)
        }
        let file = try file ?? TemporaryFile(in: directory)
        self.file = file
        let offset = fileEnd
        try file.write(bytes, at: offset)
        fileEnd += bytes.count
        spilledBytes += bytes.count
        waitingBytes += bytes.count
        return .file(offset: offset, count: bytes.count)
    }

    private mutating func handOutWhatJoins(_ emit: ([UInt8]) throws -> Void) throws {
        while let piece = waiting.removeValue(forKey: next) {
            next = piece.end
            switch piece.content {
            case .nothing: continue
            case .memory(let bytes):
                memory -= Self.cost(of: bytes)
                waitingBytes -= bytes.count
                try emit(bytes)
            case .file(let offset, let count): try emit(takeBack(offset, count))
            }
        }
    }

    private mutating func takeBack(_ offset: Int, _ count: Int) throws -> [UInt8] {
        guard let file else { return [] }
        let bytes = try file.read(count, at: offset)
        waitingBytes -= count
        spilledBytes -= count
        if spilledBytes == 0 {
            try file.makeEmpty()
            fileEnd = 0
        }
        return bytes
    }

    /// What an array takes in memory, or a million pieces of one byte would be far beyond the bound.
    private static func cost(of bytes: [UInt8]) -> Int { bytes.capacity + 48 }

    private static var temporaryDirectory: String {
        guard let path = getenv("TMPDIR"), path.pointee != 0 else { return "/tmp" }
        return String(cString: path)
    }

    /// A file without a name; closing it removes it.
    private final class TemporaryFile: Sendable {
        private let descriptor: CInt
        private let directory: String

        init(in directory: String) throws {
            let name = "warren-\(getpid())-\(String(UInt64.random(in: 0 ... .max), radix: 36))"
            let path = "\(directory)/\(name)"
            self.directory = directory
            descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            guard descriptor >= 0, unlink(path) == 0 else {
                throw failure("make a temporary file")
            }
        }

        deinit { if descriptor >= 0 { close(descriptor) } }

        func write(_ bytes: [UInt8], at offset: Int) throws {
            var written = 0
            while written < bytes.count {
                let count = bytes.withUnsafeBytes { buffer in
                    pwrite(
                        descriptor,
                        buffer.baseAddress! + written,
                        min(buffer.count - written, Self.most),
                        off_t(offset + written)
                    )
                }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { throw failure("write \(bytes.count) bytes to a temporary file") }
                written += count
            }
        }

        func read(_ count: Int, at offset: Int) throws -> [UInt8] {
            try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                while filled < count {
                    let got = pread(
                        descriptor,
                        buffer.baseAddress! + filled,
                        min(count - filled, Self.most),
                        off_t(offset + filled)
                    )
                    if got < 0, errno == EINTR { continue }
                    if got == 0 { errno = EIO }
                    guard got > 0 else { throw failure("read back \(count) bytes of a temporary file") }
                    filled += got
                }
            }
        }

        func makeEmpty() throws {
            guard ftruncate(descriptor, 0) == 0 else { throw failure("empty a temporary file") }
        }

        /// In one call: macOS refuses more than 2 GB.
        private static let most = 1 << 30

        private func failure(_ what: String) -> WarrenError {
            let reason = String(cString: strerror(errno))
            return WarrenError(
                .job,
                "cannot \(what) in \(directory): \(reason); set TMPDIR to a folder with more room"
            )
        }
    }
}
