import TestSupport
import Testing

@testable import Warren
@testable import WarrenJobs

struct MandelbrotTests {
    @Test func anyCutGivesTheSameBytes() throws {
        var cutting = Cutting()
        var random = SeededRandom()
        for _ in 0..<8 {
            let job = try job { parameters in
                parameters.size = "\(1 + random.below(200))x\(1 + random.below(200))"
                parameters.samples = 1 + random.below(3)
                parameters.iterations = 1 + random.below(300)
                parameters.zoom = random.once(in: 2) ? 1 : 500
                parameters.palette = Palette.names[random.below(Palette.names.count)]
            }
            let whole = try Cutting.whole(job, on: .none)
            for _ in 0..<4 { #expect(try cutting.pieces(job, on: .none, largest: 8) == whole) }
        }
    }

    @Test func fileDecodesToThePixels() throws {
        var random = SeededRandom()
        for _ in 0..<12 {
            let (width, height) = (1 + random.below(200), 1 + random.below(200))
            let job = try job { parameters in
                parameters.size = "\(width)x\(height)"
                parameters.samples = 1
                parameters.iterations = 200
            }
            let decoded = try DecodedPNG(try Cutting.whole(job, on: .none).bytes)
            #expect((decoded.width, decoded.height) == (width, height))
            let grid = TileGrid(size: PictureSize(width: width, height: height))
            let units = 0..<UInt64(grid.count)
            var rest = try job.piece(of: units, in: Cutting.context(units)).colors[...]
            for tile in try grid.tiles(units) {
                for row in 0..<tile.height {
                    let expected = rest.prefix(tile.width * 3)
                    rest = rest.dropFirst(tile.width * 3)
                    let start = ((tile.y + row) * width + tile.x) * 3
                    #expect(decoded.colors[start..<start + tile.width * 3].elementsEqual(expected))
                }
            }
        }
    }

    /// A change of these bytes is a change of every picture that was ever made: other workers would give others.
    @Test func pixelsAreThoseOfEveryMachine() throws {
        let job = try job { parameters in
            parameters.size = "128x96"
            parameters.x = -0.743_643_887_037_151
            parameters.y = 0.131_825_904_205_33
            parameters.zoom = 2000
        }
        let units: Range<UInt64> = 0..<4
        let digest = Digest.sha256(try job.piece(of: units, in: Cutting.context(units)).colors)
        #expect(digest == "d5f19d85fe3ecada030da945da8c1fcbd33aa6ade983f7e918c5bd8cf9cf3dc9")
    }

    @Test func skippedTilesStayBlack() throws {
        let job = try job { $0.size = "130x70" }
        var writer = try job.writer()
        var bytes = writer.begin()
        bytes += try writer.write(try job.piece(of: 0..<2, in: Cutting.context(0..<2)), of: 0..<2)
        bytes += try writer.skip(2..<6)
        bytes += try writer.finish()
        let decoded = try DecodedPNG(bytes)
        #expect(decoded.colors[(69 * 130 * 3)...].allSatisfy { $0 == 0 })
        #expect(decoded.colors[..<300].contains { $0 > 0 })
    }

    @Test func pieceOfAnotherSizeIsRefused() throws {
        let job = try job { $0.size = "130x70" }
        let writer = try job.writer()
        let piece = try job.piece(of: 0..<1, in: Cutting.context())
        try writer.check(piece, of: 0..<1)
        #expect(throws: WarrenError.self) { try writer.check(piece, of: 0..<2) }
        #expect(throws: WarrenError.self) { try writer.check(piece, of: 2..<3) }
        #expect(throws: WarrenError.self) { try writer.check(piece, of: 6..<7) }
        #expect(throws: WarrenError.self) { try job.piece(of: 5..<7, in: Cutting.context()) }
    }

    @Test func pictureWithoutAllTilesIsNone() throws {
        var writer = try job { $0.size = "130x70" }.writer()
        _ = writer.begin()
        #expect(throws: WarrenError.self) { try writer.finish() }
    }

    @Test(
        arguments: [
            ("size", "0x10"), ("size", "1920"), ("size", "70000x1"), ("size", "axb"), ("size", "1x2x3"),
            ("x", "4.5"),
            ("y", "-5"), ("zoom", "0"), ("zoom", "-1"), ("zoom", "1e17"), ("iterations", "0"),
            ("iterations", "10000001"), ("samples", "0"), ("samples", "9"), ("density", "-1"),
            ("palette", "beige"),
        ]
    )
    func whatMakesNoSenseIsRefused(name: String, value: String) throws {
        let schema = try JobSchema(Mandelbrot.self)
        let bytes = try schema.resolve([(name, schema.parse(value, for: name), "--set \(name)")])
        let parameters = try JSONCoding.decode(Mandelbrot.Parameters.self, from: bytes)
        let error = #expect(throws: WarrenError.self) { try Mandelbrot(parameters: parameters) }
        #expect(error?.code == .usage)
        #expect(error?.message.contains(name) == true)
        // The value as it was given, and what to give instead.
        #expect(error?.message.contains(value.prefix(2)) == true)
        #expect(error?.message.contains("give") == true || error?.message.contains("there are") == true)
    }

    @Test func zoomThatIsSaidToBeTheMostIsTaken() throws {
        let most = PlaneView(x: 0, y: 0, zoom: 1, size: PictureSize(width: 100, height: 100), samples: 2)
            .mostZoom
        _ = try job { ($0.size, $0.zoom) = ("100x100", most) }
        #expect(throws: WarrenError.self) { try self.job { ($0.size, $0.zoom) = ("100x100", most * 1.01) } }
    }

    @Test func canvasShowsThePicture() throws {
        let job = try job { ($0.size, $0.samples) = ("130x70", 1) }
        let units: Range<UInt64> = 0..<6
        let piece = try job.piece(of: units, in: Cutting.context(units))
        var canvas = Canvas(job.pictureSize)
        job.paint(piece, of: units, on: &canvas)
        let decoded = try DecodedPNG(try Cutting.whole(job, on: .none).bytes)
        let seen = canvas.seen(columns: 130, rows: 70).flatMap { spot in
            spot.map { [$0.color.red, $0.color.green, $0.color.blue] } ?? []
        }
        #expect(seen == decoded.colors)
    }

    private func job(_ change: (inout Mandelbrot.Parameters) -> Void) throws -> Mandelbrot {
        var parameters = Mandelbrot.Parameters()
        change(&parameters)
        return try Mandelbrot(parameters: parameters)
    }
}
