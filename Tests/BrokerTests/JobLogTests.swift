import Foundation
import Testing
import Warren

@testable import WarrenCommands

/// What `--joblog` writes, and what `--resume` makes of it. No broker is needed.
struct JobLogTests {
    private static let header =
        "fragment\titem\tworker\thost\tstart\tseconds\tattempt\texit\tsignal\tcpu\tpeak\n"

    private let job = JobID(bytes: Array("01JOB".utf8))!

    @Test func lineHasTheDocumentedColumns() throws {
        let path = try freshPath()
        let log = try JobLog(path: path, appending: false)
        try log.write(record(3..<5, item: "a file", exit: 0))
        try log.write(record(5..<6, signal: 9))
        #expect(
            try read(path) == Self.header
                + "01JOB/3-5\ta file\ttiger\thost2\t1700000000.125\t2.500\t1\t0\t\t1.250\t4096\n"
                + "01JOB/5-6\t\ttiger\thost2\t1700000000.125\t2.500\t1\t\t9\t1.250\t4096\n"
        )
    }

    @Test func anyItemStaysInItsColumnAndCanBeHadAgain() throws {
        let texts = ["", "\t\n\r\\", "\\x41", "\\\\t", "é\u{85}\u{2028}“🐇”", "e\u{301}\u{0}"]
        var items: [[UInt8]] = (0...255).map { [$0] } + texts.map { Array($0.utf8) }
        // Cut short, overlong, a surrogate.
        items += [[0xC3], [0xE2, 0x82, 0x41], [0xF0, 0x9F, 0x90], [0xC0, 0x80], [0xED, 0xA0, 0x80]]
        items.append(Array(0...255) + Array("end".utf8))
        let path = try freshPath()
        let log = try JobLog(path: path, appending: false)
        for item in items { try log.write(record(0..<1, item: item, exit: 0)) }
        // Throws if it is not UTF-8.
        let text = try read(path)
        let lines = text.unicodeScalars.split(separator: "\n").dropFirst()
        #expect(lines.count == items.count)
        for (line, item) in zip(lines, items) {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            #expect(fields.count == 11)
            #expect(unescaped(Array(String(fields[1]).utf8)) == item)
            #expect(fields[1].allSatisfy { $0.properties.generalCategory != .control })
        }
        #expect(text.contains("\\t\\n\\x0D\\\\\t"))
        #expect(text.contains("\té\\xC2\\x85\\xE2\\x80\\xA8“🐇”\t"))
    }

    @Test func namesFromTheNetworkCannotForgeALine() throws {
        let path = try freshPath()
        var forged = record(0..<1, exit: 1)
        forged.worker = "w\n01JOB/1-2\t"
        forged.host = "h\t0"
        forged.cpuSeconds = .nan
        forged.seconds = 1e300
        forged.started = -0.0625
        try JobLog(path: path, appending: false).write(forged)
        #expect(try read(path).hasSuffix("\tw\\n01JOB/1-2\\t\th\\t0\t-0.063\t1e+300\t1\t1\t\tnan\t4096\n"))
        #expect(try JobLog.finished(in: path) == [])
    }

    @Test func unitsThatFinishedAreMerged() throws {
        let path = try freshPath()
        let log = try JobLog(path: path, appending: false)
        try log.write(record(20..<30, exit: 0))
        try log.write(record(0..<10, exit: 0))
        try log.write(record(10..<20, exit: 1))
        try log.write(record(30..<40, exit: 0, signal: 15))
        try log.write(record(40..<50))
        try log.write(record(60..<70, exit: 0))
        #expect(try JobLog.finished(in: path) == [0..<10, 20..<30, 60..<70])
        try log.write(record(10..<20, exit: 0))
        #expect(try JobLog.finished(in: path) == [0..<30, 60..<70])
    }

    @Test func tornLineIsLeftOutAndThenRemoved() throws {
        let path = try freshPath()
        try JobLog(path: path, appending: false).write(record(0..<10, exit: 0))
        let whole = try read(path)
        let line = whole.dropFirst(Self.header.count)
        for length in 1..<line.count {
            try write(whole + line.prefix(length), path)
            #expect(try JobLog.finished(in: path) == [0..<10])
            try JobLog(path: path, appending: true).write(record(10..<20, exit: 0))
            #expect(try JobLog.finished(in: path) == [0..<20])
        }
        for length in 0..<Self.header.count {
            try write(String(Self.header.prefix(length)), path)
            #expect(try JobLog.finished(in: path) == [])
            try JobLog(path: path, appending: true).write(record(0..<10, exit: 0))
            #expect(try read(path) == whole)
        }
    }

    @Test func tornLineMayBeLong() throws {
        let path = try freshPath()
        try JobLog(path: path, appending: false).write(record(0..<10, exit: 0))
        let whole = try read(path)
        try write(whole + String(repeating: "x", count: 1_000_000), path)
        #expect(try JobLog.finished(in: path) == [0..<10])
        _ = try JobLog(path: path, appending: true)
        #expect(try read(path) == whole)
    }

    @Test func logIsReplacedUnlessItIsGoneOnWith() throws {
        let path = try freshPath()
        try JobLog(path: path, appending: true).write(record(0..<10, exit: 0))
        try JobLog(path: path, appending: true).write(record(20..<30, exit: 0))
        #expect(try JobLog.finished(in: path) == [0..<10, 20..<30])
        try JobLog(path: path, appending: false).write(record(40..<50, exit: 0))
        #expect(try JobLog.finished(in: path) == [40..<50])
    }

    @Test func logsMayBePutTogether() throws {
        let path = try freshPath()
        try JobLog(path: path, appending: false).write(record(0..<10, exit: 0))
        let whole = try read(path)
        try write(whole + whole, path)
        #expect(try JobLog.finished(in: path) == [0..<10])
    }

    @Test func logMayBeLargerThanWhatIsReadAtOnce() throws {
        let path = try freshPath()
        let log = try JobLog(path: path, appending: false)
        let item = String(repeating: "long ", count: 4000)
        for unit in 0..<UInt64(40) { try log.write(record(unit * 2..<unit * 2 + 1, item: item, exit: 0)) }
        #expect(try JobLog.finished(in: path) == (0..<40).map { $0 * 2..<$0 * 2 + 1 })
    }

    @Test(arguments: [
        "01JOB/3-5\t0", "01JOB/5-3\t\tw\th\t0\t0\t1\t0\t\t0\t0", "no\t\tw\th\t0\t0\t1\t0\t\t0\t0",
        "01JOB/3-5\t\tw\th\t0\t0\t1\tzero\t\t0\t0", "01JOB/3-5\t\tw\th\t0\t0\t1\t0\t-\t0\t0", "",
    ])
    func lineOfSomethingElseIsNamed(line: String) throws {
        let path = try freshPath()
        try JobLog(path: path, appending: false).write(record(0..<10, exit: 0))
        try write(read(path) + line + "\n", path)
        let error = #expect(throws: WarrenError.self) { try JobLog.finished(in: path) }
        #expect(error?.code == .usage)
        #expect(error?.message.hasPrefix(path + ":3: ") == true)
    }

    @Test func fileOfAnotherSortIsRefusedAndLeftAlone() throws {
        let path = try freshPath()
        for content in ["precious\n", String(repeating: "precious ", count: 50)] {
            try write(content, path)
            let error = #expect(throws: WarrenError.self) { try JobLog(path: path, appending: true) }
            #expect(error?.code == .usage)
            #expect(error?.message.contains(path) == true)
            #expect(try read(path) == content)
        }
        try write("precious\n", path)
        let error = #expect(throws: WarrenError.self) { try JobLog.finished(in: path) }
        #expect(error?.message.hasPrefix(path + ":1: ") == true)
    }

    @Test func logThatIsNotThereIsNamed() throws {
        let path = try freshPath()
        let error = #expect(throws: WarrenError.self) { try JobLog.finished(in: path) }
        #expect(error?.code == .input)
        #expect(error?.message == "cannot read \(path): No such file or directory")
        let folder = #expect(throws: WarrenError.self) { try JobLog(path: path + "/log", appending: false) }
        #expect(folder?.code == .usage)
    }

    @Test func fullDiskIsSaid() throws {
        let error = #expect(throws: WarrenError.self) { try JobLog(path: "/dev/full", appending: true) }
        #expect(error?.code == .job)
        #expect(error?.message == "cannot write /dev/full: No space left on device")
    }

    private func record(
        _ range: UnitRange,
        item: some Sequence<UInt8>,
        exit: Int? = nil,
        signal: Int? = nil
    ) -> AttemptRecord {
        var record = record(range, exit: exit, signal: signal)
        record.item = Array(item)
        return record
    }

    private func record(_ range: UnitRange, item: String, exit: Int? = nil) -> AttemptRecord {
        record(range, item: item.utf8, exit: exit)
    }

    private func record(_ range: UnitRange, exit: Int? = nil, signal: Int? = nil) -> AttemptRecord {
        AttemptRecord(
            job: job,
            range: range,
            item: nil,
            worker: "tiger",
            host: "host2",
            started: 1_700_000_000.125,
            seconds: 2.5,
            attempt: 1,
            exit: exit,
            signal: signal,
            cpuSeconds: 1.25,
            peakMemory: 4096
        )
    }

    private func unescaped(_ text: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = text[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let kind = rest.popFirst() else {
                bytes.append(byte)
                continue
            }
            switch kind {
            case UInt8(ascii: "t"): bytes.append(9)
            case UInt8(ascii: "n"): bytes.append(10)
            case UInt8(ascii: "x"):
                bytes.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? 0)
                rest = rest.dropFirst(2)
            default: bytes.append(kind)
            }
        }
        return bytes
    }

    private func freshPath() throws -> String { try TestRun.makeFolder("joblog") + "/log" }

    private func read(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    private func write(_ text: String, _ path: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }
}
