import Testing

@testable import AMQP

@Suite struct MonitorTests {
    @Test func changesAreMadeOneAtATime() {
        let monitor = Monitor((count: 0, left: 8))
        for _ in 0..<8 {
            Thread.start("counter") {
                for _ in 0..<10_000 { monitor.withLock { $0.count += 1 } }
                monitor.withLock { $0.left -= 1 }
                monitor.signal()
            }
        }
        #expect(monitor.wait { $0.left == 0 ? $0.count : nil } == 80_000)
    }

    @Test func resultThatIsThereIsReturnedAlthoughTheDeadlineIsPast() {
        let monitor = Monitor(7)
        #expect(monitor.wait(until: Instant(nanoseconds: 0)) { $0 == 7 ? "there" : nil } == "there")
    }

    @Test func waitEndsAtItsDeadlineNotBefore() {
        let monitor = Monitor(0)
        let deadline = Instant.now + .milliseconds(30)
        #expect(monitor.wait(until: deadline) { _ in nil as Int? } == nil)
        #expect(Instant.now >= deadline)
    }

    @Test(.timeLimit(.minutes(1)))
    func farthestDeadlineIsNoDeadline() {
        // A sum that wraps would make it the past, and the wait a busy loop.
        let monitor = Monitor((isDone: false, asked: 0))
        Thread.start("late") {
            // Returns at its deadline: nobody ever signals this one.
            _ = Monitor(0).wait(until: .now + .milliseconds(30)) { _ in nil as Int? }
            monitor.withLock { $0.isDone = true }
            monitor.signal()
        }
        let asked = monitor.wait(until: Instant(nanoseconds: .max)) { value -> Int? in
            value.asked += 1
            return value.isDone ? value.asked : nil
        }
        #expect((asked ?? .max) < 10)
    }

    @Test(.timeLimit(.minutes(1)))
    func broadcastWakesEveryoneWhoWaits() {
        let gate = Monitor((isOpen: false, waiting: 0, passed: 0))
        let count = 6
        for _ in 0..<count {
            Thread.start("waiter") {
                gate.withLock { $0.waiting += 1 }
                gate.broadcast()
                _ = gate.wait { $0.isOpen ? () : nil }
                gate.withLock { $0.passed += 1 }
                gate.broadcast()
            }
        }
        _ = gate.wait { $0.waiting == count ? () : nil }
        gate.withLock { $0.isOpen = true }
        gate.broadcast()
        #expect(gate.wait { $0.passed == count ? $0.passed : nil } == count)
    }

    @Test func errorThrownUnderTheLockReleasesIt() {
        struct Failure: Error {}
        let monitor = Monitor(0)
        #expect(throws: Failure.self) {
            try monitor.withLock { value in
                value = 1
                throw Failure()
            }
        }
        #expect(monitor.withLock { $0 } == 1)
    }
}
