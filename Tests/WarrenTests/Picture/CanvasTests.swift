import TestSupport
import Testing

@testable import Warren

struct CanvasTests {
    @Test func smallPictureIsSeenAsItIs() {
        var canvas = Canvas(PictureSize(width: 3, height: 2))
        canvas.paint([1, 2, 3, 4, 5, 6, 7, 8, 9][...], x: 0, y: 0)
        canvas.paint([10, 20, 30][...], x: 1, y: 1)
        let seen = canvas.seen(columns: 3, rows: 2).map(\.?.color)
        #expect(seen == [RGB(1, 2, 3), RGB(4, 5, 6), RGB(7, 8, 9), nil, RGB(10, 20, 30), nil])
    }

    @Test func cellsAreTheAverageOfTheirPixels() {
        var canvas = Canvas(PictureSize(width: 8, height: 8), most: 2)
        for y in 0..<8 {
            canvas.paint(
                (0..<8).flatMap { x in [UInt8(x < 4 ? 10 : 200), UInt8(y < 4 ? 0 : 100), UInt8(x)] }[...],
                x: 0,
                y: y
            )
        }
        let seen = canvas.seen(columns: 2, rows: 2).map(\.?.color)
        #expect(seen == [RGB(10, 0, 1), RGB(200, 0, 5), RGB(10, 100, 1), RGB(200, 100, 5)])
    }

    @Test func lastPainterIsSeen() {
        var canvas = Canvas(PictureSize(width: 4, height: 1), most: 4)
        (canvas.painter, canvas.moment) = (1, 100)
        canvas.paint([0, 0, 0, 0, 0, 0][...], x: 0, y: 0)
        (canvas.painter, canvas.moment) = (2, 200)
        canvas.paint([0, 0, 0][...], x: 1, y: 0)
        let seen = canvas.seen(columns: 2, rows: 1)
        #expect(seen.map { $0?.painter } == [2, nil])
        #expect(seen[0]?.moment == 200)
    }

    /// Pieces come from the network, and terminals have any size.
    @Test func nothingOutOfPlaceTraps() {
        var random = SeededRandom()
        for _ in 0..<500 {
            let size = PictureSize(width: 1 + random.below(300), height: 1 + random.below(300))
            var canvas = Canvas(size, most: 1 + random.below(64))
            for _ in 0..<20 {
                let colors = random.bytes(random.below(400))
                canvas.paint(colors[...], x: random.below(400) - 50, y: random.below(400) - 50)
            }
            let (columns, rows) = (random.below(200), random.below(100))
            #expect(canvas.seen(columns: columns, rows: rows).count == columns * rows)
        }
    }
}
