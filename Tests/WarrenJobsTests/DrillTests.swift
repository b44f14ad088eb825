import Foundation
import TestSupport
import Testing

@testable import Warren
@testable import WarrenJobs

struct DrillTests {
    @Test func reportNamesWhatWasCountedAndWhatShouldBe() throws {
        let report = try Cutting.whole(job(), on: .none)
        #expect(report.description == "1000 units, sum 499500, sum of squares 332833500: as expected")
        let json = String(decoding: try JSONCoding.encode(report), as: UTF8.self)
        let sums = #""sum":499500,"sumOfSquares":332833500,"units":1000}"#
        #expect(json == #"{"expected":{"# + sums + "," + sums)
    }

    @Test func formulasAgreeWithCounting() {
        for from in 0..<20 as Range<UInt64> {
            var naive = DrillSums()
            for to in from..<60 {
                #expect(DrillSums(of: from..<to) == naive)
                let number = UInt128(to)
                naive.add(DrillSums(count: 1, sum: number, sumOfSquares: number * number))
            }
        }
    }

    @Test func trillionUnitsAreExact() throws {
        let end: UInt64 = 1_000_000_000_000
        let report = try Cutting.whole(job(units: end), on: .none)
        #expect(report.counted.sum == 499_999_999_999_500_000_000_000)
        #expect(report.counted.sumOfSquares == 333_333_333_332_833_333_333_333_500_000_000_000)
        let json = String(decoding: try JSONCoding.encode(report), as: UTF8.self)
        #expect(json.contains(#""sumOfSquares":333333333332833333333333500000000000,"#))
    }

    @Test func anyCutGivesTheSameResult() throws {
        var cutting = Cutting()
        for units in [0, 1, 1000, 1_000_000_000_000] as [UInt64] {
            let job = try job(units: units)
            let whole = try Cutting.whole(job, on: .none)
            for _ in 0..<10 { #expect(try cutting.pieces(job, on: .none, largest: units / 10 + 1) == whole) }
        }
    }

    @Test func unitThatIsLostOrCountedTwiceFailsTheJob() throws {
        let job = try job()
        var doubled = DrillSums(of: 0..<1000)
        doubled.add(DrillSums(of: 500..<501))
        var swapped = DrillSums(of: 0..<999)
        swapped.add(DrillSums(of: 0..<1))
        for wrong in [DrillSums(of: 1..<1000), DrillSums(of: 0..<999), doubled, swapped] {
            let error = #expect(throws: WarrenError.self) { try job.result(of: wrong) }
            #expect(error?.code == .job)
            #expect(error?.message.contains("\(wrong)") == true)
            #expect(error?.message.contains("\(DrillSums(of: 0..<1000))") == true)
        }
    }

    @Test func partialReadsOnlyWhatItWrites() throws {
        var random = SeededRandom()
        for range in [0..<0, 0..<1, 5..<900, 17..<1_000_000_000_000] as [Range<UInt64>] {
            try expectOnlyOwnBytes(DrillSums(of: range), random: &random)
        }
        let most = DrillSums(count: .max, sum: .max, sumOfSquares: .max)
        #expect(try DrillSums(decoding: most.encoded()) == most)
        var total = most
        total.add(most)
        #expect(total.count == UInt64.max - 1)
    }

    @Test func chosenUnitsFailAtTheFirstAttemptAlone() throws {
        let job = try job(fail: 0.1)
        let faults = try FaultPlan(share: 0.1)
        var failed: UInt64 = 0
        for unit in 0..<1000 as Range<UInt64> {
            #expect(throws: Never.self) { try job.run(unit..<unit + 1, in: Cutting.context(attempt: 2)) }
            do {
                _ = try job.run(unit..<unit + 1, in: Cutting.context(attempt: 1))
                #expect(!faults.isFault(unit))
            } catch let error as WarrenError {
                #expect(faults.isFault(unit))
                #expect(error.message.contains("unit \(unit) "))
                failed += 1
            }
        }
        // Five standard deviations: the plan is fixed, but no multiple of ten either.
        #expect((53...147).contains(failed))
        let error = #expect(throws: WarrenError.self) {
            try job.run(0..<1000, in: Cutting.context(attempt: 1))
        }
        let first = (0..<1000).first { faults.isFault($0) }
        #expect(error?.message.contains("unit \(try #require(first)) ") == true)
    }

    @Test func shareOfFailuresReachesFromNoneToAll() throws {
        let none = try FaultPlan(share: 0)
        let all = try FaultPlan(share: 1)
        for unit in 0..<1000 as Range<UInt64> {
            #expect(!none.isFault(unit))
            #expect(all.isFault(unit))
        }
        #expect(throws: Never.self) { try job(fail: 0).run(0..<1000, in: Cutting.context(attempt: 1)) }
    }

    @Test(arguments: [-0.1, 1.1, .nan, .infinity])
    func shareThatIsNoneIsRefused(_ share: Double) {
        let error = #expect(throws: WarrenError.self) { try job(fail: share) }
        #expect(error?.code == .usage)
    }

    @Test func whatIsTooMuchIsRefused() throws {
        #expect(throws: WarrenError.self) { try job(units: 1_000_000_000_001) }
        #expect(throws: WarrenError.self) { try job().run(0..<1001, in: Cutting.context()) }
    }

    @Test(arguments: [(3000, 0), (0, 3000), (1500, 1500)] as [(UInt64, UInt64)])
    func unitsTakeTheirTime(spin: UInt64, sleep: UInt64) throws {
        let job = try job(spin: spin, sleep: sleep)
        let taken = try ContinuousClock().measure { _ = try job.run(10..<20, in: Cutting.context()) }
        #expect(taken >= .milliseconds(30))
    }

    @Test(arguments: [(UInt64.max, 0), (0, UInt64.max)] as [(UInt64, UInt64)])
    func pastimeEndsWhenTheJobIsCancelled(spin: UInt64, sleep: UInt64) throws {
        let job = try job(spin: spin, sleep: sleep)
        let cancellation = Cancellation()
        // From a thread of its own, since the runs may take all those of the pool; most often after it began.
        Thread.detachNewThread {
            Thread.sleep(forTimeInterval: 0.005)
            cancellation.cancel()
        }
        #expect(throws: FragmentCancelled.self) {
            try job.run(0..<1000, in: Cutting.context(cancellation: cancellation))
        }
    }

    private func job(
        units: UInt64 = 1000,
        spin: UInt64 = 0,
        sleep: UInt64 = 0,
        fail: Double = 0
    ) throws -> Drill {
        var parameters = Drill.Parameters()
        parameters.units = units
        parameters.spin = spin
        parameters.sleep = sleep
        parameters.fail = fail
        return try Drill(parameters: parameters)
    }
}
