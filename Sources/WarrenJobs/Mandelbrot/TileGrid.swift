import Warren

/// A picture cut into squares, row by row from the top left; those at the right and at the bottom may be smaller.
struct TileGrid: Sendable {
    /// The side of a tile, in pixels: some 10 ms of work for the hard ones, 12 KiB of colours.
    static let side = 64

    struct Tile: Sendable, Hashable {
        let x: Int
        let y: Int
        let width: Int
        let height: Int

        var pixels: Int { width * height }
    }

    let size: PictureSize

    var columns: Int { (size.width + Self.side - 1) / Self.side }
    var rows: Int { (size.height + Self.side - 1) / Self.side }
    var count: Int { columns * rows }

    /// - Precondition: There is such a tile.
    subscript(index: Int) -> Tile {
        let x = index % columns * Self.side
        let y = index / columns * Self.side
        return Tile(
            x: x,
            y: y,
            width: min(Self.side, size.width - x),
            height: min(Self.side, size.height - y)
        )
    }

    /// The tiles of a run of units.
    ///
    /// - Throws: ``WarrenError/Code/incompatible`` if they are not all there: units come from the network.
    func tiles(_ units: Range<UInt64>) throws -> [Tile] {
        guard units.upperBound <= UInt64(count) else {
            throw WarrenError(.incompatible, "the tiles \(units) are not all among the \(count) of \(size)")
        }
        return (Int(units.lowerBound)..<Int(units.upperBound)).map { self[$0] }
    }
}
