import Testing

@testable import Warren
@testable import WarrenJobs

struct PiTests {
    /// The vectors that come with the authors' Random123 library.
    @Test(
        arguments: [
            (SIMD4(0, 0, 0, 0), SIMD2(0, 0), SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8)),
            (
                SIMD4(repeating: .max), SIMD2(repeating: .max),
                SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd)
            ),
            (
                SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344), SIMD2(0xa409_3822, 0x299f_31d0),
                SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1)
            ),
        ] as [(SIMD4<UInt32>, SIMD2<UInt32>, SIMD4<UInt32>)]
    )
    func generatorGivesThePublishedNumbers(counter: SIMD4<UInt32>, key: SIMD2<UInt32>, block: SIMD4<UInt32>) {
        #expect(Philox4x32(key: key).block(counter) == block)
    }

    @Test func seedAndBlockNumberFillTheKeyAndTheCounterFromBelow() {
        let seeded = Philox4x32(seed: 0x299f_31d0_a409_3822).block(0x85a3_08d3_243f_6a88)
        let keyed = Philox4x32(key: SIMD2(0xa409_3822, 0x299f_31d0)).block(
            SIMD4(0x243f_6a88, 0x85a3_08d3, 0, 0)
        )
        #expect(seeded == keyed)
    }

    @Test func estimateIsNearPi() throws {
        let estimate = try Cutting.whole(job(samples: 200_000), on: .none)
        // Five standard deviations of 1.64 / √200,000.
        #expect(abs(estimate.estimate - .pi) < 0.019)
        #expect(estimate.estimate == 4 * Double(estimate.inside) / 200_000)
        #expect(estimate.description.hasSuffix("(\(estimate.inside) of 200000 points inside the circle)"))
    }

    @Test func anyCutGivesTheSameResult() throws {
        var cutting = Cutting()
        for samples in [1, 2, 3, 10_001] as [UInt64] {
            let job = try job(samples: samples)
            let whole = try Cutting.whole(job, on: .none)
            for _ in 0..<10 { #expect(try cutting.pieces(job, on: .none, largest: samples / 4 + 1) == whole) }
        }
    }

    @Test func eachSampleIsAPointOfItsOwn() throws {
        // Both halves of a block count, and the seed matters.
        let job = try job(samples: 4000)
        let single = try (0..<4000).map { try job.run($0..<$0 + 1, in: Cutting.context()) }
        #expect(single.contains(0) && single.contains(1))
        let even = stride(from: 0, to: 4000, by: 2).map { single[$0] }
        let odd = stride(from: 1, to: 4000, by: 2).map { single[$0] }
        #expect(even != odd)
        let other = try self.job(samples: 4000, seed: 2)
        #expect(try (0..<4000).map { try other.run($0..<$0 + 1, in: Cutting.context()) } != single)
    }

    @Test func lastSamplesOfAllCanBeTaken() throws {
        let end = UInt64(Int64.max)
        let job = try job(samples: end)
        #expect(try job.run(end - 5..<end, in: Cutting.context()) <= 5)
    }

    @Test func whatMakesNoSenseIsRefused() throws {
        #expect(throws: WarrenError.self) { try self.job(samples: 0) }
        #expect(throws: WarrenError.self) { try self.job(samples: UInt64(Int64.max) + 1) }
        let job = try job(samples: 10)
        #expect(throws: WarrenError.self) { try job.run(5..<11, in: Cutting.context()) }
        #expect(throws: WarrenError.self) { try job.result(of: 11) }
    }

    @Test func cancelledRunStops() throws {
        let cancellation = Cancellation()
        cancellation.cancel()
        let end = UInt64(Int64.max)
        let job = try job(samples: end)
        #expect(throws: FragmentCancelled.self) {
            try job.run(0..<end, in: Cutting.context(cancellation: cancellation))
        }
    }

    private func job(samples: UInt64, seed: UInt64 = 1) throws -> Pi {
        var parameters = Pi.Parameters()
        parameters.samples = samples
        parameters.seed = seed
        return try Pi(parameters: parameters)
    }
}
