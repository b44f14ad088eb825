import AMQP
import TestSupport
import Testing

@testable import Warren

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

struct LineReaderTests {
    @Test func linesComeAsTheyAreWritten() async throws {
        let pipe = Pipe()
        let reader = LineReader(descriptor: pipe.readEnd)
        pipe.write("one\n")
        #expect(try await next(reader) == "one\n")
        pipe.write("two\nthree\nfo")
        #expect(try await next(reader) == "two\n")
        #expect(try await next(reader) == "three\n")
        pipe.write("ur\n")
        #expect(try await next(reader) == "four\n")
        pipe.closeWriteEnd()
        #expect(try await next(reader) == nil)
        #expect(try await next(reader) == nil)
    }

    @Test func lastLineNeedsNoNewline() async throws {
        let pipe = Pipe()
        let reader = LineReader(descriptor: pipe.readEnd)
        pipe.write("one\r\ntwo")
        pipe.closeWriteEnd()
        #expect(try await next(reader, count: 10) == "one\r\n")
        #expect(try await next(reader, count: 10) == "two")
        #expect(try await next(reader) == nil)
    }

    @Test func emptyInputHasNoLines() async throws {
        let pipe = Pipe()
        pipe.closeWriteEnd()
        #expect(try await next(LineReader(descriptor: pipe.readEnd)) == nil)
    }

    @Test func emptyLinesAreLines() async throws {
        let pipe = Pipe()
        let reader = LineReader(descriptor: pipe.readEnd)
        pipe.write("\n\n\n")
        pipe.closeWriteEnd()
        #expect(try await next(reader, count: 2) == "\n\n")
        #expect(try await next(reader, count: 2) == "\n")
        #expect(try await next(reader, count: 2) == nil)
    }

    @Test func hugeLineComesWhole() async throws {
        let line = String(repeating: "x", count: 3_000_000) + "\n"
        let pipe = Pipe()
        // A pipe holds 64 KiB: somebody else has to write, who takes no thread of the pool meanwhile.
        Thread.start("test-writer") {
            pipe.write("before\n" + line + "after\n")
            pipe.closeWriteEnd()
        }
        let reader = LineReader(descriptor: pipe.readEnd)
        #expect(try await next(reader, bytes: 1000) == "before\n")
        #expect(try await next(reader, bytes: 1000) == line)
        #expect(try await next(reader, bytes: 1000) == "after\n")
        #expect(try await next(reader, bytes: 1000) == nil)
    }

    @Test func boundOfBytesEndsARun() async throws {
        let pipe = Pipe()
        let reader = LineReader(descriptor: pipe.readEnd)
        pipe.write("aaa\nbbb\ncccccccccc\nd\n")
        pipe.closeWriteEnd()
        #expect(try await next(reader, count: 100, bytes: 8) == "aaa\nbbb\n")
        #expect(try await next(reader, count: 100, bytes: 8) == "cccccccccc\n")
        #expect(try await next(reader, count: 100, bytes: 8) == "d\n")
    }

    @Test func descriptorThatCannotBeReadFailsTheJob() async throws {
        let reader = LineReader(descriptor: -1)
        let error = await #expect(throws: WarrenError.self) { try await next(reader) }
        #expect(error?.code == .input)
    }

    @Test func sourceHandsOutEachLineOnceAndWithinItsBound() async throws {
        var random = SeededRandom()
        var text = ""
        for number in 0..<4000 {
            text +=
                "\(number) " + String(repeating: "y", count: Int.random(in: 0...1000, using: &random)) + "\n"
        }
        let all = text
        let pipe = Pipe()
        Thread.start("test-writer") {
            pipe.write(all)
            pipe.closeWriteEnd()
        }
        var source = try TextSource(.lines(LineReader(descriptor: pipe.readEnd)))
        #expect(source.unitCount == nil)
        var position: UInt64 = 0
        var got: [UInt8] = []
        while let fragment = try await next(&source, count: .random(in: 1...500, using: &random)) {
            #expect(fragment.range.lowerBound == position)
            position = fragment.range.upperBound
            #expect(fragment.payload.count <= TextSource.inlineBound + 1)
            var pieces = [fragment]
            if fragment.range.count > 1 {
                let unit = UInt64.random(in: fragment.range.lowerBound + 1..<position, using: &random)
                let (first, second) = try TextSource.split(fragment, at: unit)
                pieces = [first, second]
            }
            for piece in pieces {
                var newlines: UInt64 = 0
                try TextSource.units(of: piece).forEachChunk { chunk in
                    let bytes = chunk.withUnsafeBufferPointer { Array($0) }
                    newlines += UInt64(bytes.count { $0 == 10 })
                    got += bytes
                }
                #expect(newlines == UInt64(piece.range.count))
            }
        }
        #expect(position == 4000)
        #expect(String(decoding: got, as: UTF8.self) == text)
    }

    /// The next lines, however long they take to come; nil at the end.
    private func next(_ reader: LineReader, count: UInt64 = 1, bytes: Int = 1 << 20) async throws -> String? {
        while true {
            let (isReady, ready) = AsyncStream.makeStream(of: Void.self)
            guard let taken = try reader.take(upTo: count, bytes: bytes, ready: { ready.yield() }) else {
                return nil
            }
            if taken.count > 0 { return String(decoding: taken.lines, as: UTF8.self) }
            for await _ in isReady { break }
        }
    }

    private func next(_ source: inout TextSource, count: UInt64) async throws -> Fragment? {
        while true {
            let (isReady, ready) = AsyncStream.makeStream(of: Void.self)
            switch try source.take(upTo: count, ready: { ready.yield() }) {
            case .fragment(let fragment): return fragment
            case .exhausted: return nil
            case .later: for await _ in isReady { break }
            }
        }
    }
}

/// A pipe that is written to by hand; its reading end is never closed, as a reader's thread may be in it.
private final class Pipe: Sendable {
    let readEnd: CInt
    private let writeEnd: CInt

    init() {
        var ends: [CInt] = [0, 0]
        let made = pipe(&ends)
        precondition(made == 0, "cannot make a pipe")
        (readEnd, writeEnd) = (ends[0], ends[1])
    }

    func write(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { writeDescriptor(writeEnd, $0.baseAddress, $0.count) }
            precondition(written > 0, "nobody reads the pipe")
            bytes = bytes.dropFirst(written)
        }
    }

    func closeWriteEnd() { close(writeEnd) }
}

// Inside `Pipe`, its own method hides the C function.
private func writeDescriptor(_ descriptor: CInt, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, buffer, count)
}
