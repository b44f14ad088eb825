import Warren

/// Draws colours with half blocks: two spots in each character, one above the other, which are nearly square.
enum HalfBlocks {
    /// The characters that a picture takes.
    struct Fit: Hashable {
        let columns: Int
        let lines: Int
    }

    /// The largest that fits and has the picture's shape; nil if there is no room worth it.
    static func fit(_ size: PictureSize, columns: Int, lines: Int) -> Fit? {
        guard columns >= 8, lines >= 4 else { return nil }
        let wide = Double(size.width) / Double(size.height)
        let byWidth = Fit(columns: columns, lines: max(Int((Double(columns) / wide / 2).rounded()), 1))
        if byWidth.lines <= lines { return byWidth }
        return Fit(columns: max(Int((Double(lines * 2) * wide).rounded()), 1), lines: lines)
    }

    /// - Parameter spots: Row by row, an even number of rows; nil where there is nothing.
    /// - Returns: The lines, each of which ends in the terminal's own colours.
    static func lines(_ spots: [RGB?], columns: Int, _ depth: ColorDepth) -> [String] {
        stride(from: 0, to: spots.count - 2 * columns + 1, by: 2 * columns).map { start in
            line(spots[start..<start + columns], spots[start + columns..<start + 2 * columns], depth)
        }
    }

    private static func line(_ upper: ArraySlice<RGB?>, _ lower: ArraySlice<RGB?>, _ depth: ColorDepth)
        -> String
    {
        var line = ""
        // What the terminal has been told.
        var (front, back): (Int?, Int?) = (nil, nil)
        func paint(_ color: RGB?, isBackground: Bool, _ current: inout Int?) {
            let shown = color.map(depth.shown)
            if shown != current { line += depth.code(color, isBackground: isBackground) }
            current = shown
        }
        for (above, below) in zip(upper, lower) {
            switch (above, below) {
            case (nil, nil):
                paint(nil, isBackground: true, &back)
                line += " "
            case (nil, _):
                paint(below, isBackground: false, &front)
                paint(nil, isBackground: true, &back)
                line += "▄"
            default:
                paint(above, isBackground: false, &front)
                paint(below, isBackground: true, &back)
                line += "▀"
            }
        }
        return front == nil && back == nil ? line : line + "\u{1B}[0m"
    }
}
