import Warren

/// A closed ring of colours, and the one of the points that never leave.
///
/// Between its stops it goes along monotone cubic curves (Fritsch and Carlson, 1980), so that no colour is brighter than
/// the stops beside it. The table is computed with the four operations and square roots alone, which are the same
/// everywhere.
struct Palette: Sendable {
    struct Stop: Sendable {
        /// From 0, the first, up to 1, where the first comes again.
        let place: Double
        let color: RGB

        init(_ place: Double, _ hexadecimal: UInt32) {
            self.place = place
            self.color = RGB(hexadecimal)
        }
    }

    let inside: RGB
    /// All round the ring, red, green and blue each as a number of its own.
    private let ring: [RGB]

    private static let size = 4096

    /// - Precondition: Two stops at least, the first at 0, each further than the one before, and all below 1.
    init(inside: UInt32, _ stops: [Stop]) {
        self.inside = RGB(inside)
        let places = stops.map(\.place)
        let red = Self.curve(places, stops.map { Double($0.color.red) })
        let green = Self.curve(places, stops.map { Double($0.color.green) })
        let blue = Self.curve(places, stops.map { Double($0.color.blue) })
        ring = red.indices.map { RGB(red[$0], green[$0], blue[$0]) }
    }

    /// The colour at a place of the ring, where 1 is once around it.
    ///
    /// - Precondition: `place` is 0 or more, and below a million.
    @inline(__always)
    subscript(place: Double) -> RGB { ring[Int(place * Double(Self.size)) & (Self.size - 1)] }

    private static func curve(_ places: [Double], _ values: [Double]) -> [UInt8] {
        let count = places.count
        func width(_ index: Int) -> Double {
            index + 1 < count ? places[index + 1] - places[index] : 1 - places[index]
        }
        func slope(_ index: Int) -> Double { (values[(index + 1) % count] - values[index]) / width(index) }
        // The slope at each stop: none at a peak, else the harmonic mean of those beside it, after their widths.
        let tangents = (0..<count).map { index -> Double in
            let before = (index + count - 1) % count
            let (left, right) = (slope(before), slope(index))
            guard left * right > 0 else { return 0 }
            let (first, second) = (2 * width(index) + width(before), width(index) + 2 * width(before))
            return (first + second) / (first / left + second / right)
        }
        var index = 0
        return (0..<size).map { step in
            let place = Double(step) / Double(size)
            while index + 1 < count, places[index + 1] <= place { index += 1 }
            let (next, w) = ((index + 1) % count, width(index))
            let t = (place - places[index]) / w
            let (start, end) = (values[index], values[next])
            let value =
                (1 + 2 * t) * (1 - t) * (1 - t) * start + t * (1 - t) * (1 - t) * w * tangents[index]
                + t * t * (3 - 2 * t) * end + t * t * (t - 1) * w * tangents[next]
            return UInt8(max(0, min(255, value + 0.5)))
        }
    }
}

extension RGB {
    /// As it is written on the web: red, green and blue of two digits each.
    fileprivate init(_ hexadecimal: UInt32) {
        self.init(
            UInt8(truncatingIfNeeded: hexadecimal >> 16),
            UInt8(truncatingIfNeeded: hexadecimal >> 8),
            UInt8(truncatingIfNeeded: hexadecimal)
        )
    }
}
