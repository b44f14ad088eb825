import Warren

/// Computes the colours of tiles.
struct TilePainter: Sendable {
    let view: PlaneView
    let escape: EscapeTime
    let palette: Palette
    /// How often the square root of the count goes once around the palette.
    let density: Double
    /// Of each pixel, on either axis.
    let samples: Int

    /// The square root of the count of points that are far away, where the palette begins.
    private static let start = 1.75

    /// Appends the colours of a tile, row by row.
    ///
    /// - Throws: If nobody waits for them any more.
    func paint(_ tile: TileGrid.Tile, in context: FragmentContext, to colors: inout [UInt8]) throws {
        let (width, samples) = (tile.width * samples, samples)
        let (left, top) = (tile.x * samples, tile.y * samples)
        let reals = (0..<width).map { view.real(left + $0) }
        let imaginaries = (0..<tile.height * samples).map { view.imaginary(top + $0) }
        var counts = [Double](repeating: EscapeTime.never, count: width * imaginaries.count)
        try counts.withUnsafeMutableBufferPointer { counts in
            try escape.count(
                counts.count,
                at: { (reals[$0 % width], imaginaries[$0 / width]) },
                in: context,
                found: { counts[$0] = $1 }
            )
        }
        for y in 0..<tile.height {
            for x in 0..<tile.width {
                let color = mean(counts, from: y * samples * width + x * samples, stride: width)
                colors.append(color.red)
                colors.append(color.green)
                colors.append(color.blue)
            }
        }
    }

    /// The colour of a pixel: the mean of its samples, in squares, which are near enough to amounts of light.
    @inline(__always)
    private func mean(_ counts: [Double], from first: Int, stride: Int) -> RGB {
        guard samples > 1 else { return color(counts[first]) }
        var (red, green, blue) = (0, 0, 0)
        for row in 0..<samples {
            for column in 0..<samples {
                let color = color(counts[first + row * stride + column])
                red += Int(color.red) * Int(color.red)
                green += Int(color.green) * Int(color.green)
                blue += Int(color.blue) * Int(color.blue)
            }
        }
        return RGB(root(red), root(green), root(blue))
    }

    @inline(__always)
    private func root(_ squares: Int) -> UInt8 {
        UInt8((Double(squares) / Double(samples * samples)).squareRoot() + 0.5)
    }

    @inline(__always)
    private func color(_ count: Double) -> RGB {
        if count == EscapeTime.never { return palette.inside }
        return palette[max(count.squareRoot() - Self.start, 0) * density]
    }
}
