extension Canvas {
    /// What is seen of the picture at some place.
    package struct Spot: Sendable, Hashable {
        package let color: RGB
        /// Who painted there last, and when.
        package let painter: UInt16
        package let moment: UInt32
    }

    /// The picture at another resolution, row by row: each spot the average of the cells in it, nil where nothing was
    /// painted.
    package func seen(columns: Int, rows: Int) -> [Spot?] {
        var spots: [Spot?] = []
        spots.reserveCapacity(max(columns, 0) * max(rows, 0))
        for row in 0..<max(rows, 0) {
            for column in 0..<max(columns, 0) {
                spots.append(
                    average(
                        Self.cells(of: column, among: columns, in: self.columns),
                        Self.cells(of: row, among: rows, in: self.rows)
                    )
                )
            }
        }
        return spots
    }

    /// At least one, even where there are fewer cells than spots.
    private static func cells(of index: Int, among count: Int, in cells: Int) -> Range<Int> {
        let first = index * cells / count
        return first..<max((index + 1) * cells / count, first + 1)
    }

    private func average(_ columns: Range<Int>, _ rows: Range<Int>) -> Spot? {
        var (red, green, blue, count) = (0, 0, 0, 0)
        var latest: Cell?
        for row in rows {
            for column in columns {
                let cell = cells[row * self.columns + column]
                guard let color = cell.color else { continue }
                red += Int(color.red)
                green += Int(color.green)
                blue += Int(color.blue)
                count += 1
                if cell.moment >= latest?.moment ?? 0 { latest = cell }
            }
        }
        guard let latest, count > 0 else { return nil }
        return Spot(
            color: RGB(UInt8(red / count), UInt8(green / count), UInt8(blue / count)),
            painter: latest.painter,
            moment: latest.moment
        )
    }
}
