import Foundation
import Testing

@testable import Warren

/// A picture from many workers is the one that a single process paints, to the byte.
@Suite(.serialized, .takingTurns) struct PictureTests {
    /// Whether it is an optimised binary that is tested.
    private static let isFast = ProcessInfo.processInfo.environment["WARREN_BINARY"] != nil

    @Test func killedWorkersLeaveNoTrace() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            let folder = try TestRun.makeFolder("picture")
            // Enough work for a binary that is optimised, and not too much for one that is not.
            let picture = [
                "mandelbrot", "--set", "size=640x360", "--set", "samples=\(Self.isFast ? 2 : 1)", "--set",
                "x=-0.743643887037151", "--set", "y=0.13182590420533", "--set",
                "zoom=\(Self.isFast ? 1_000_000 : 1)", "--set",
                "iterations=\(Self.isFast ? 20_000 : 5000)",
            ]
            let painter = try await warren.worker("w0", pool: pool)
            let holder = try await warren.worker("w1", pool: pool)
            // What it is given stays with it, so that the job cannot end before it is killed.
            holder.freeze()
            let (submit, path) = try warren.submit(
                picture + [
                    "--pool", pool, "--fragment-size", "1", "--no-backups", "-o", folder + "/many.png",
                ]
            )
            try await submit.line(containing: "job ")
            try await painter.line(containing: "first fragment")
            painter.kill()
            holder.kill()
            for name in ["w2", "w3"] { try await warren.worker(name, pool: pool) }
            try await submit.line(containing: "redelivered")
            #expect(try await submit.exit() == .exited(0))
            let receipt = try Receipt(at: path)
            #expect(receipt.units == 60)
            #expect(receipt.redelivered >= 1)
            let run = try warren.start(["run"] + picture + ["-o", folder + "/one.png"])
            #expect(try await run.exit() == .exited(0))
            let (many, one) = (try bytes(of: folder + "/many.png"), try bytes(of: folder + "/one.png"))
            #expect(many == one)
            #expect(receipt.resultSHA256 == Digest.sha256(many))
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == [
                    "many.png", "one.png",
                ]
            )
        }
    }

    @Test func standardOutputCarriesTheSameBytes() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            let folder = try TestRun.makeFolder("picture")
            try await warren.worker("w", pool: pool)
            let picture = ["mandelbrot", "--set", "size=200x100", "--set", "palette=ink"]
            let (submit, path) = try warren.submit(picture + ["--pool", pool])
            #expect(try await submit.exit() == .exited(0))
            let run = try warren.start(["run"] + picture + ["--slots", "3", "-o", folder + "/one.png"])
            #expect(try await run.exit() == .exited(0))
            let one = try bytes(of: folder + "/one.png")
            #expect(one.starts(with: [0x89, 0x50, 0x4E, 0x47]))
            #expect(try Receipt(at: path).resultSHA256 == Digest.sha256(one))
        }
    }

    /// Nothing but the rows that it needs; the file of this picture has some 30 MB, its pixels 100.
    ///
    /// With an optimised binary (`WARREN_BINARY`), as `make test` has one in the end: others would paint for minutes.
    @Test(.enabled(if: isFast)) func submitterOfALargePictureStaysSmall() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            let folder = try TestRun.makeFolder("picture")
            try await warren.worker("w", pool: pool, slots: 2)
            let (submit, path) = try warren.submit(
                "mandelbrot",
                "--set",
                "size=7680x4320",
                "--set",
                "samples=1",
                "--set",
                "iterations=200",
                "--pool",
                pool,
                "-o",
                folder + "/large.png"
            )
            try await submit.line(containing: "job ")
            let peak = try await submit.peakMemory()
            #expect(try await submit.exit() == .exited(0))
            print("peak memory of the submitter: \(peak >> 20) MiB")
            #expect(peak > 0 && peak < 80 << 20)
            #expect(try Receipt(at: path).units == 120 * 68)
        }
    }

    @Test func cancelledPictureLeavesNoFile() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            let folder = try TestRun.makeFolder("picture")
            try await warren.worker("w", pool: pool)
            let (submit, _) = try warren.submit(
                "mandelbrot",
                "--set",
                "iterations=1000000",
                "--pool",
                pool,
                "-o",
                folder + "/never.png"
            )
            try await broker.workers(of: pool) { $0.contains { !$0.running.isEmpty || $0.done > 0 } }
            submit.interrupt()
            #expect(try await submit.exit() == .exited(130))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
        }
    }

    @Test func wrongWishesAreRefusedBeforeAnythingIsSent() async throws {
        try await withWarren(nil) { warren in
            let zoom = try warren.start("run", "mandelbrot", "--set", "zoom=1e15", "-o", "/tmp/never.png")
            #expect(try await zoom.exit() == .exited(64))
            #expect(
                zoom.tail.contains("zoom is 1000000000000000.0, too deep for numbers of double precision")
            )
            let json = try warren.start("run", "mandelbrot", "--format", "json")
            #expect(try await json.exit() == .exited(64))
            #expect(json.tail.contains("the result of mandelbrot is image/png and nothing else"))
        }
    }

    private func bytes(of path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    }
}
