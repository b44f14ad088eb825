import AMQP
import Warren

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The program of `--reduce`: it reads what the runs print as a stream, and what it prints is the result.
final class ReduceProgram: Sendable {
    private let command: String
    private let pid: Int32
    private let input: Int32
    /// What became of copying its output, once it has come to its end.
    private let copied = Monitor<Result<Void, any Error>?>(nil)

    init(_ template: CommandTemplate, to output: OutputStream) throws {
        command = template.text
        let (input, reading) = (try DescriptorPair.pipeToThem(), try DescriptorPair.pipe())
        defer { for descriptor in [input.theirs, reading.theirs] { close(descriptor) } }
        let child = ChildProcess(
            program: template.program ?? "",
            arguments: try template.arguments(for: nil),
            environment: Environment.forPrograms(),
            descriptors: [input.theirs, reading.theirs, 2]
        )
        do {
            pid = try child.spawn()
        } catch {
            for descriptor in [input.ours, reading.ours] { close(descriptor) }
            throw WarrenError(.usage, "--reduce: \(error)")
        }
        self.input = input.ours
        let (copied, source) = (copied, reading.ours)
        Thread.start("warren-reduce") {
            let result = Result { try Self.copy(source, to: output) }
            close(source)
            copied.withLock { $0 = result }
            copied.signal()
        }
    }

    private static func copy(_ source: Int32, to output: OutputStream) throws {
        var block = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = read(source, &block, block.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            try output.write(Array(block[..<count]))
        }
    }

    /// Writes to its standard input. A program that has closed it wants no more, and that is all right.
    func write(_ bytes: [UInt8]) throws {
        do {
            try OutputFile.write(bytes, to: input, name: "the input of \(command)")
        } catch let error as WarrenError where error.isBrokenPipe {}
    }

    /// Waits for its end.
    ///
    /// - Throws: ``WarrenError/Code/job`` if it fails, or what it prints cannot be written.
    func finish() throws {
        close(input)
        let ending = ProcessEnding.wait(for: pid)
        guard let result = copied.wait(for: { $0 }) else { return }
        try result.get()
        guard ending == .exit(0) else {
            throw WarrenError(.job, "--reduce \(command) ended with \(ending)")
        }
    }

    func abandon() {
        kill(-pid, SIGKILL)
        close(input)
        _ = ProcessEnding.wait(for: pid)
    }
}
