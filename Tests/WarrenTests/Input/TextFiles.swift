@testable import Warren

/// Files of known content, and what a job should read from them.
struct TextFiles {
    let input: JobInput
    let contents: [[UInt8]]
    private let directory = TemporaryDirectory()
    /// Where each line starts, counted over all files, and the line with its end.
    private var starts: [(UInt64, [UInt8])] = []

    init(_ contents: [[UInt8]]) {
        self.contents = contents
        var files: [InputFile] = []
        var position: UInt64 = 0
        for (number, content) in contents.enumerated() {
            let path = directory.write("\(number).txt", content)
            guard let file = try? InputFile(path: path) else {
                preconditionFailure("\(path) was just written")
            }
            files.append(file)
            for line in Self.lines(of: content) {
                starts.append((position, line))
                position += UInt64(line.count)
            }
        }
        self.input = .files(files)
    }

    /// All lines, with their ends.
    var lines: [[UInt8]] { starts.map(\.1) }

    func lines(startingIn range: UnitRange) -> [[UInt8]] {
        starts.filter { range.contains($0.0) }.map(\.1)
    }

    /// What a worker reads for a fragment. A chunk that tore a line would give a line too many.
    func lines(of fragment: Fragment) throws -> [[UInt8]] {
        var lines: [[UInt8]] = []
        try TextSource.units(of: fragment).forEachChunk { chunk in
            lines += Self.lines(of: chunk.withUnsafeBufferPointer { Array($0) })
        }
        return lines
    }

    func cut(_ size: () -> UInt64) throws -> [Fragment] {
        var source = try TextSource(input)
        var fragments: [Fragment] = []
        while case .fragment(let fragment) = try source.take(upTo: size(), ready: {}) {
            fragments.append(fragment)
        }
        return fragments
    }

    private static func lines(of text: [UInt8]) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var rest = text[...]
        while let newline = rest.firstIndex(of: 10) {
            lines.append(Array(rest[...newline]))
            rest = rest[(newline + 1)...]
        }
        if !rest.isEmpty { lines.append(Array(rest)) }
        return lines
    }
}
