import AMQP
import Testing

@testable import Warren
@testable import WarrenJobs

/// Units that fail for ever, and fragments that take workers down: they are named, and nobody else suffers.
@Suite(.serialized, .takingTurns) struct PoisonTests {
    /// The test plays the poison: it kills whoever runs the fragment.
    @Test func fragmentThatTakesWorkersDownIsRunAloneAndThenNamed() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            let (submit, path) = try warren.submit(
                "drill",
                "--set",
                "units=1",
                "--set",
                "sleep=600000000",
                "--pool",
                pool
            )
            // Twice like any other, then twice alone.
            for name in ["w0", "w1", "w2", "w3"] {
                let victim = try await warren.worker(name, pool: pool)
                try await victim.line(containing: "first fragment")
                victim.kill()
                #expect(try await victim.exit() == .signalled(9))
            }
            let survivor = try await warren.worker("w4", pool: pool)
            #expect(try await submit.exit() == .exited(1))
            let lines = submit.lines.map(\.text)
            #expect(lines.filter { $0.contains("running it alone") }.count == 1)
            #expect(lines.filter { $0.contains("took its worker down while it ran alone") }.count == 2)
            #expect(submit.tail.contains("unit 0 failed for good"))
            #expect(submit.tail.contains("took its worker down 2 times"))
            #expect(submit.output.isEmpty)
            let receipt = try Receipt(at: path)
            #expect(receipt.state == .failed)
            #expect(receipt.units == 0)
            try await broker.queue(of: pool) { $0.ready == 0 && $0.unacknowledged == 0 }

            let (next, _) = try warren.submit("drill", "--pool", pool)
            #expect(try await next.exit() == .exited(0))
            #expect(next.output == drillResult(units: 1000))
            survivor.terminate()
            #expect(try await survivor.exit() == .exited(0))
        }
    }

    @Test func oneBadUnitAmongAThousandIsNamed() async throws {
        let share = 0.0005
        let faults = try FaultPlan(share: share)
        let bad = (0..<UInt64(1000)).filter(faults.isFault)
        try #require(bad.count == 1, "\(bad)")
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            try await warren.worker("w", pool: pool, slots: 2)
            // Without a second try, a unit that fails at the first attempt fails for good.
            let (submit, path) = try warren.submit(
                "drill",
                "--set",
                "units=1000",
                "--set",
                "fail=\(share)",
                "--retries",
                "0",
                "--fragment-size",
                "1000",
                "--pool",
                pool
            )
            #expect(try await submit.exit() == .exited(1))
            #expect(submit.tail.contains("unit \(bad[0]) failed for good, last on w: unit \(bad[0]) fails"))
            #expect(submit.output.isEmpty)
            let receipt = try Receipt(at: path)
            #expect(receipt.state == .failed)
            #expect(receipt.halved >= 9)
            #expect(receipt.failure?.contains("unit \(bad[0])") ?? false)
        }
    }

    /// The same as a library, with a job of one's own: four tries of the unit alone, and its own error at the end.
    @Test func badUnitOfAJobOfOnesOwnIsTriedAloneAndNamed() async throws {
        let endpoint = try AMQPEndpoint(url: await TestBroker.shared.url)
        let pool = try Pool(freshPool())
        var configuration = WorkerConfiguration(endpoint: endpoint, name: "library", slots: 2)
        configuration.pool = pool
        let worker = Worker(jobs: JobCatalog([AllButOne.self]), configuration: configuration) { _ in }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do { try await worker.run() } catch is CancellationError {}
            }
            let coordinator = try await Coordinator.connect(to: endpoint, pool: pool)
            var policy = LedgerPolicy()
            policy.fragmentSize = 250
            let failure = await #expect(throws: JobFailure.self) {
                try await coordinator.submit(AllButOne.self, parameters: .init(), policy: policy)
            }
            #expect(failure?.error.message.contains("unit 617 failed for good") ?? false)
            #expect(failure?.error.message.contains("617 is poison") ?? false)
            #expect(failure?.receipt.retried == 2 * policy.retries)

            var parameters = AllButOne.Parameters()
            parameters.units = 617
            let result = try await coordinator.submit(AllButOne.self, parameters: parameters)
            #expect(result.output == 617 * 616 / 2)
            #expect(result.receipt.units == 617)
            await coordinator.close()
            group.cancelAll()
            try await group.waitForAll()
        }
    }
}

/// Adds numbers, and cannot bear one of them.
private struct AllButOne: Job {
    struct Parameters: JobParameters {
        @Parameter("how many numbers") var units: UInt64 = 1000
    }

    static let kind: JobKind = "all-but-one"
    static let summary = "adds numbers, but not 617"
    private let units: UInt64

    init(parameters: Parameters) { units = parameters.units }

    func source(for input: JobInput) -> RangeSource { RangeSource(0..<units) }

    func run(_ range: Range<UInt64>, in context: FragmentContext) throws -> UInt64 {
        if range.contains(617) { throw WarrenError(.job, "617 is poison") }
        return range.reduce(0, +)
    }

    var identity: UInt64 { 0 }
    func merge(_ partial: UInt64, into total: inout UInt64) { total += partial }
    func result(of total: UInt64) -> UInt64 { total }
}
