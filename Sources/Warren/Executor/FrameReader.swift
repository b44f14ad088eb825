/// Reads what a ``FrameWriter`` wrote, from one frame's bytes. Whatever is not there reads as nothing: the frames
/// come from the same binary, and a process that has gone mad must not take its reader along.
struct FrameReader {
    private let bytes: ArraySlice<UInt8>
    private var position: Int
    /// Whether something was asked for that is not there.
    private(set) var isOverrun = false

    /// Whether everything has been read.
    var isAtEnd: Bool { position == bytes.endIndex }

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        self.position = bytes.startIndex
    }

    mutating func number<Number: FixedWidthInteger>(_ type: Number.Type = Number.self) -> Number {
        let size = MemoryLayout<Number>.size
        guard bytes.endIndex - position >= size else {
            position = bytes.endIndex
            isOverrun = true
            return 0
        }
        defer { position += size }
        return bytes.withUnsafeBytes {
            Number(
                littleEndian: $0.loadUnaligned(fromByteOffset: position - bytes.startIndex, as: Number.self)
            )
        }
    }

    mutating func double() -> Double { Double(bitPattern: number()) }

    mutating func run() -> [UInt8] {
        let wanted = Int(number(UInt32.self))
        let length = min(wanted, bytes.endIndex - position)
        if length < wanted { isOverrun = true }
        defer { position += length }
        return Array(bytes[position..<position + length])
    }

    mutating func text() -> String { String(decoding: run(), as: UTF8.self) }
}
