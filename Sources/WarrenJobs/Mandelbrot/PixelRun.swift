public import Warren

/// The colours of a run of tiles: tile by tile, in each row by row, red, green and blue of each pixel.
public struct PixelRun: Sendable, Hashable {
    let colors: [UInt8]
}

extension PixelRun: Payload {
    public static var contentType: String { "application/octet-stream" }

    public func encoded() -> [UInt8] { colors }

    public init(decoding bytes: [UInt8]) { colors = bytes }
}
