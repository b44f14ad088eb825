public import Warren

/// Paints a part of the Mandelbrot set, as a PNG.
///
/// A unit is a tile of 64 by 64 pixels. Every pixel is a function of its place and the parameters, computed with
/// operations that are the same on all machines; it is encoded by the submitter alone. So the file is the same to the
/// byte, whatever the fragments and whoever painted them.
public struct Mandelbrot: PictureJob {
    public static let kind: JobKind = "mandelbrot"
    public static let summary = "paints a part of the Mandelbrot set as a PNG"
    public static let isPure = true
    public static let mediaType = "image/png"

    public struct Parameters: JobParameters {
        @Parameter("the middle of the picture, its real part") public var x = -0.65
        @Parameter("the same, its imaginary part") public var y = 0.0
        @Parameter("how much nearer than the whole set; 10^12 is about the most") public var zoom = 1.0
        @Parameter("width and height in pixels") public var size = "1920x1080"
        @Parameter("steps after which a point counts as one of the set") public var iterations = 1000
        @Parameter("the colours: \(Palette.names.joined(separator: ", "))") public var palette =
            Palette.names[0]
        @Parameter("how fast the colours change; 2 is twice as fast") public var density = 1.0
        @Parameter("samples of each pixel on either axis, 1 to 8: more are smoother") public var samples = 2

        public init() {}
    }

    /// No more tiles than this in an answer: 1.5 MiB.
    private static let mostTiles: UInt64 = 128

    private let grid: TileGrid
    private let painter: TilePainter

    /// - Throws: ``WarrenError/Code/usage`` that names the parameter, its value and what to give.
    public init(parameters: Parameters) throws {
        let size = try Self.size(parameters.size)
        for (name, value) in [("x", parameters.x), ("y", parameters.y)] where !(-4...4).contains(value) {
            throw WarrenError(.usage, "\(name) is \(value); the set lies between -2 and 2: give -4 to 4")
        }
        guard (1...8).contains(parameters.samples) else {
            throw WarrenError(.usage, "samples is \(parameters.samples); give 1 to 8 on either axis")
        }
        guard (1...10_000_000).contains(parameters.iterations) else {
            throw WarrenError(.usage, "iterations is \(parameters.iterations); give 1 to 10000000")
        }
        guard (0.001...1000).contains(parameters.density) else {
            throw WarrenError(.usage, "density is \(parameters.density); give 0.001 to 1000")
        }
        guard let palette = Palette(named: parameters.palette) else {
            let names = Palette.names.joined(separator: ", ")
            throw WarrenError(.usage, "there is no palette “\(parameters.palette)”; there are \(names)")
        }
        grid = TileGrid(size: size)
        painter = TilePainter(
            view: try Self.view(parameters, size),
            escape: EscapeTime(limit: parameters.iterations),
            palette: palette,
            density: parameters.density * 0.125,
            samples: parameters.samples
        )
    }

    public func source(for input: JobInput) -> RangeSource {
        RangeSource(0..<UInt64(grid.count), atMost: Self.mostTiles)
    }

    public func piece(of units: Range<UInt64>, in context: FragmentContext) throws -> PixelRun {
        let tiles = try grid.tiles(units)
        var colors: [UInt8] = []
        colors.reserveCapacity(tiles.reduce(0) { $0 + $1.pixels * 3 })
        for tile in tiles {
            try context.checkCancellation()
            try painter.paint(tile, in: context, to: &colors)
        }
        return PixelRun(colors: colors)
    }

    public func writer() throws -> PictureWriter { try PictureWriter(grid) }

    public var pictureSize: PictureSize { grid.size }

    public func paint(_ piece: PixelRun, of units: Range<UInt64>, on canvas: inout Canvas) {
        guard let tiles = try? grid.tiles(units) else { return }
        var rest = piece.colors[...]
        for tile in tiles {
            for row in 0..<tile.height {
                canvas.paint(rest.prefix(tile.width * 3), x: tile.x, y: tile.y + row)
                rest = rest.dropFirst(tile.width * 3)
            }
        }
    }

    private static func view(_ parameters: Parameters, _ size: PictureSize) throws -> PlaneView {
        guard parameters.zoom.isFinite, parameters.zoom >= 0.01 else {
            throw WarrenError(.usage, "zoom is \(parameters.zoom); give 0.01 or more")
        }
        let view = PlaneView(
            x: parameters.x,
            y: parameters.y,
            zoom: parameters.zoom,
            size: size,
            samples: parameters.samples
        )
        guard view.isFineEnough else {
            throw WarrenError(
                .usage,
                """
                zoom is \(parameters.zoom), too deep for numbers of double precision: at \(size) with \
                \(parameters.samples) samples give at most \(Int(view.mostZoom)), or a smaller picture, or fewer samples
                """
            )
        }
        return view
    }

    private static func size(_ text: String) throws -> PictureSize {
        let sides = text.split(whereSeparator: { "x×X".contains($0) }).map { Int($0) }
        guard sides.count == 2, let width = sides[0], let height = sides[1], (1...65_535).contains(width),
            (1...65_535).contains(height)
        else {
            throw WarrenError(
                .usage,
                "size is “\(text)”; give width x height, each from 1 to 65535, as in 1920x1080"
            )
        }
        return PictureSize(width: width, height: height)
    }
}
