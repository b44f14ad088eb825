import Synchronization
public import Warren

/// Makes a PNG of tiles that come in their order.
///
/// Memory: one row of tiles, and what ``PNGStream`` needs. A copy shares the stream, so only one is to be used.
public struct PictureWriter: PieceWriter {
    private let grid: TileGrid
    private let stream: Stream
    /// The rows of pixels of the row of tiles that is being filled.
    private var band: [UInt8]
    private var next = 0

    /// Of one owner, but a ``PieceWriter`` can be copied.
    private final class Stream: Sendable {
        let png: Mutex<PNGStream>

        init(_ size: PictureSize) throws { png = Mutex(try PNGStream(size)) }
    }

    /// - Throws: ``WarrenError/Code/job`` if libpng cannot be used.
    init(_ grid: TileGrid) throws {
        self.grid = grid
        stream = try Stream(grid.size)
        band = Array(repeating: 0, count: min(TileGrid.side, grid.size.height) * grid.size.width * 3)
    }

    public mutating func begin() -> [UInt8] { stream.png.withLock { $0.take() } }

    public func check(_ piece: PixelRun, of units: Range<UInt64>) throws {
        let expected = try grid.tiles(units).reduce(0) { $0 + $1.pixels * 3 }
        guard piece.colors.count == expected else {
            throw WarrenError(
                .incompatible,
                "the tiles \(units) of \(grid.size) have \(expected) bytes, not \(piece.colors.count)"
            )
        }
    }

    public mutating func write(_ piece: PixelRun, of units: Range<UInt64>) throws -> [UInt8] {
        try check(piece, of: units)
        var written: [UInt8] = []
        var start = 0
        for tile in try grid.tiles(units) {
            let stride = grid.size.width * 3
            for row in 0..<tile.height {
                let end = start + tile.width * 3
                let place = row * stride + tile.x * 3
                band.replaceSubrange(place..<place + tile.width * 3, with: piece.colors[start..<end])
                start = end
            }
            written += try filled(tile)
        }
        return written
    }

    /// What cannot be had stays black.
    public mutating func skip(_ units: Range<UInt64>) throws -> [UInt8] {
        var written: [UInt8] = []
        for tile in try grid.tiles(units) {
            let stride = grid.size.width * 3
            for row in 0..<tile.height {
                let place = row * stride + tile.x * 3
                for index in place..<place + tile.width * 3 { band[index] = 0 }
            }
            written += try filled(tile)
        }
        return written
    }

    /// - Throws: ``WarrenError/Code/job`` if there were not all tiles.
    public mutating func finish() throws -> [UInt8] {
        guard next == grid.count else {
            throw WarrenError(
                .job,
                "the picture ends after \(next) of \(grid.count) tiles; please report this"
            )
        }
        return try stream.png.withLock { png in
            try png.finish()
            return png.take()
        }
    }

    /// A tile is in its place; the bytes of the row of tiles if it was the last one of it.
    private mutating func filled(_ tile: TileGrid.Tile) throws -> [UInt8] {
        next += 1
        guard next % grid.columns == 0 else { return [] }
        let rows = band[..<(tile.height * grid.size.width * 3)]
        return try stream.png.withLock { png in
            try png.write(rows)
            return png.take()
        }
    }
}
