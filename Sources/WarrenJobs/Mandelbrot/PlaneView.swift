import Warren

/// The part of the complex plane that a picture shows, as a grid of samples.
///
/// A sample's point is a function of its column and row alone, in the same few operations on every machine.
struct PlaneView: Sendable {
    /// Samples in a row, and rows of them.
    let columns: Int
    let rows: Int
    /// From one sample to the next, on both axes.
    let step: Double
    private let x: Double
    private let y: Double

    /// At zoom 1 the whole set is in the picture: 3.5 by 2.5.
    private static let span = (width: 3.5, height: 2.5)
    /// Nearer than this, neighbours cannot be told apart: some eight steps of a double between 1 and 2.
    private static let leastStep = 0x1p-49

    init(x: Double, y: Double, zoom: Double, size: PictureSize, samples: Int) {
        columns = size.width * samples
        rows = size.height * samples
        step = Self.wholeStep(columns, rows) / zoom
        self.x = x
        self.y = y
    }

    private static func wholeStep(_ columns: Int, _ rows: Int) -> Double {
        max(span.width / Double(columns), span.height / Double(rows))
    }

    /// Whether neighbouring samples are points that doubles can tell apart.
    var isFineEnough: Bool { step >= Self.leastStep }

    /// The largest zoom for a picture of this size.
    var mostZoom: Double { Self.wholeStep(columns, rows) / Self.leastStep }

    func real(_ column: Int) -> Double { x + (Double(column) + 0.5 - Double(columns) / 2) * step }

    /// Rows count from the top, where the imaginary part is largest.
    func imaginary(_ row: Int) -> Double { y - (Double(row) + 0.5 - Double(rows) / 2) * step }
}
