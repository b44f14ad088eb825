/// A picture as it grows, seen from afar: each of its cells has the average colour of the pixels in it that are there.
///
/// Memory: some 20 bytes a cell, whatever the size of the picture.
public struct Canvas: Sendable {
    /// Of the whole picture.
    public let size: PictureSize
    /// Of cells.
    package let columns: Int
    package let rows: Int
    package private(set) var cells: [Cell]
    /// For those that are painted from now on.
    package var painter: UInt16 = 0
    package var moment: UInt32 = 0
    /// The column of cells for each column of pixels: a division for each pixel would take longer than all the rest.
    private let columnOf: [UInt16]

    package struct Cell: Sendable {
        var red: UInt32 = 0
        var green: UInt32 = 0
        var blue: UInt32 = 0
        var count: UInt32 = 0
        /// Who painted in it last, and when.
        package var painter: UInt16 = 0
        package var moment: UInt32 = 0

        mutating func add(_ color: RGB, by painter: UInt16, at moment: UInt32) {
            red &+= UInt32(color.red)
            green &+= UInt32(color.green)
            blue &+= UInt32(color.blue)
            count &+= 1
            self.painter = painter
            self.moment = moment
        }

        /// Nil before anything was painted.
        package var color: RGB? {
            guard count > 0 else { return nil }
            return RGB(UInt8(red / count), UInt8(green / count), UInt8(blue / count))
        }
    }

    /// - Parameter most: No more columns of cells than this, nor rows.
    package init(_ size: PictureSize, most: Int = 256) {
        self.size = size
        let longer = max(size.width, size.height)
        let scale = min(Double(most) / Double(longer), 1)
        columns = max(Int(Double(size.width) * scale), 1)
        rows = max(Int(Double(size.height) * scale), 1)
        cells = Array(repeating: Cell(), count: columns * rows)
        let columns = columns
        columnOf = (0..<size.width).map { UInt16($0 * columns / size.width) }
    }

    /// Paints a run of pixels, from `x` to the right in row `y`. What lies outside the picture is left out.
    ///
    /// - Parameter colors: Red, green and blue of each pixel, from 0 to 255.
    public mutating func paint(_ colors: ArraySlice<UInt8>, x: Int, y: Int) {
        guard (0..<size.height).contains(y), (0..<size.width).contains(x) else { return }
        let first = y * rows / size.height * columns
        var next = colors.startIndex
        for column in x..<min(x + colors.count / 3, size.width) {
            let color = RGB(colors[next], colors[next + 1], colors[next + 2])
            cells[first + Int(columnOf[column])].add(color, by: painter, at: moment)
            next += 3
        }
    }
}
