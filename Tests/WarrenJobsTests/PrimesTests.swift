import TestSupport
import Testing

@testable import Warren
@testable import WarrenJobs

struct PrimesTests {
    @Test(
        arguments: [
            (0, 0), (1, 0), (2, 0), (3, 1), (4, 2), (10, 4), (100, 25), (1000, 168), (1_000_000, 78498),
            (10_000_000, 664_579), (16_000_000, 1_031_130),
        ] as [(UInt64, UInt64)]
    )
    func countIsKnown(below: UInt64, primes: UInt64) throws {
        #expect(try Cutting.whole(job(below: below), on: .none) == primes)
    }

    #if !DEBUG
        @Test func countBelowABillionIsKnown() throws {
            #expect(try Cutting.whole(job(below: 1_000_000_000), on: .none) == 50_847_534)
        }

        /// The count is primesieve's. The largest divisors here take more bytes a turn than a segment has.
        @Test func countOfAHundredMillionNumbersBelowTheLimitIsKnown() throws {
            let top: UInt64 = 10_000_000_000_000
            let found = try job(below: top).run(top - 100_000_000..<top, in: Cutting.context())
            #expect(found == 3_339_819)
        }
    #endif

    @Test func everySmallRangeIsCounted() throws {
        let job = try job(below: 400)
        let isPrime = (0..<400).map { number in
            number > 1 && !(2..<max(number, 2)).contains { number % $0 == 0 }
        }
        for from in 0..<160 {
            for to in from + 1...160 {
                let expected = isPrime[from..<to].count { $0 }
                #expect(try count(from, to, job) == UInt64(expected), "\(from)..<\(to)")
            }
        }
    }

    @Test func shortRangesFarUpAgreeWithATestOfEachNumber() throws {
        var random = SeededRandom()
        let top: UInt64 = 10_000_000_000_000
        let job = try job(below: top)
        for _ in 0..<12 {
            let from = UInt64.random(in: 1_000_000..<top - 1000, using: &random)
            let range = from..<from + .random(in: 1...1000, using: &random)
            let expected = range.count { MillerRabin.isPrime($0) }
            #expect(try job.run(range, in: Cutting.context()) == UInt64(expected), "\(range)")
        }
    }

    @Test func squaresOfPrimesAreStruckOut() throws {
        let job = try job(below: 1_000_000_000)
        for prime in [7, 17, 127, 157, 163, 167, 173, 509, 4099, 24571, 24593, 31607] {
            let square = prime * prime
            #expect(try count(square, square + 1, job) == 0)
            #expect(
                try count(square - 40, square + 40, job)
                    == UInt64((square - 40..<square + 40).count { MillerRabin.isPrime(UInt64($0)) })
            )
        }
    }

    /// A byte stands for 30 numbers, a block for 983,040, a segment for 15,728,640.
    @Test func nothingIsLostBetweenBytesBlocksAndSegments() throws {
        var random = SeededRandom()
        let job = try job(below: 2_000_000_000)
        for length in [30, 64 * 30, 983_040, 15_728_640] as [UInt64] {
            let from = UInt64.random(in: 700_000_000..<1_000_000_000, using: &random)
            let end = from / 30 * 30 + length
            let range = from..<end + .random(in: 1...90, using: &random)
            let cut = max(from, end - 60)
            let whole = try job.run(range, in: Cutting.context())
            let before = try job.run(from..<cut, in: Cutting.context())
            let after = (cut..<range.upperBound).count { MillerRabin.isPrime($0) }
            #expect(whole == before + UInt64(after), "\(range)")
        }
    }

    @Test func emptyRangeHoldsNoPrimes() throws {
        let job = try job(below: 1000)
        for number in [0, 1, 7, 30, 1000] { #expect(try count(number, number, job) == 0) }
    }

    @Test func anyCutGivesTheSameResult() throws {
        var cutting = Cutting()
        for below in [97, 1000, 700_001] as [UInt64] {
            let job = try job(below: below)
            let whole = try Cutting.whole(job, on: .none)
            for _ in 0..<5 { #expect(try cutting.pieces(job, on: .none, largest: below / 8) == whole) }
        }
    }

    @Test func moreThanTenToTheThirteenthIsRefused() throws {
        let error = #expect(throws: WarrenError.self) { try job(below: 10_000_000_000_001) }
        #expect(error?.code == .usage)
        #expect(throws: Never.self) { try job(below: 10_000_000_000_000) }
    }

    @Test func rangeBeyondTheEndIsRefused() throws {
        let job = try job(below: 100)
        #expect(throws: WarrenError.self) { try job.run(50..<101, in: Cutting.context()) }
        #expect(throws: WarrenError.self) { try job.run(UInt64.max - 1..<UInt64.max, in: Cutting.context()) }
    }

    @Test func countThatCannotBeFailsTheJob() throws {
        let job = try job(below: 100)
        #expect(throws: WarrenError.self) { try job.result(of: 101) }
    }

    @Test func cancelledRunStops() throws {
        let cancellation = Cancellation()
        cancellation.cancel()
        let job = try job(below: 10_000_000_000_000)
        #expect(throws: FragmentCancelled.self) {
            try job.run(0..<10_000_000_000_000, in: Cutting.context(cancellation: cancellation))
        }
    }

    private func job(below: UInt64) throws -> Primes {
        var parameters = Primes.Parameters()
        parameters.below = below
        return try Primes(parameters: parameters)
    }

    private func count(_ from: Int, _ to: Int, _ job: Primes) throws -> UInt64 {
        try job.run(UInt64(from)..<UInt64(to), in: Cutting.context())
    }
}
