import Foundation
import Testing

@testable import Warren
@testable import WarrenCommands

/// Faults of a whole node, which a broker of the test's own has.
@Suite(.serialized, .takingTurns) struct DoctorNodeTests {
    @Test func faultsOfTheNodeAreFound() async throws {
        try await TestBroker.withOwn { broker in
            try await withWarren(broker) { warren in
                let url = try broker.url
                #expect(try await warren.start("setup").exit() == .exited(0))
                try await Self.smallTimeoutIsFound(broker, warren, url)
                try await Self.managementTellsTheSame(broker, warren, url)
                try await Self.smallMessagesAreFound(broker, warren, url)
                try await Self.alarmIsFound(broker, warren, url)
            }
        }
    }

    private static func smallTimeoutIsFound(
        _ broker: TestBroker,
        _ warren: WarrenScope,
        _ url: String
    ) async throws {
        if try await broker.series() < (3, 12) {
            let _: Bool = try await broker.evaluate(
                "begin ok = application:set_env(rabbit, consumer_timeout, 1800000), true end"
            )
        } else {
            try await broker.setPolicy(#"{"consumer-timeout": 1800000}"#, on: "/")
        }
        let (any, _) = try await warren.doctor(url, as: broker)
        #expect(try any.of(.acknowledgementTimeout).status == "warning")
        for (limit, status) in [("2h", "problem"), ("20m", "warning"), ("5m", "ok")] {
            let (report, end) = try await warren.doctor(url, "--timeout", limit, as: broker)
            #expect(try report.of(.acknowledgementTimeout).status == status)
            #expect(end == .exited(status == "problem" ? 1 : 0))
        }
    }

    private static func managementTellsTheSame(
        _ broker: TestBroker,
        _ warren: WarrenScope,
        _ url: String
    ) async throws {
        let management = try await broker.startManagement()
        // Its figures are up to five seconds old, and it begins with none.
        let deadline = ContinuousClock.now + .seconds(30)
        var report: DoctorFindings
        repeat {
            (report, _) = try await warren.doctor(url, "--management", management)
            guard ContinuousClock.now < deadline else {
                throw TestFailure("the management API says: \(report.findings)")
            }
        } while try report.of(.memory).status == "unknown" || report.of(.policies).status == "unknown"
        for check: WarrenCommands.Finding.Check in [.workQueue, .policies, .deliveryLimit, .memory, .alarms] {
            #expect(try report.of(check).status == "ok", "\(check)")
        }
        #expect(try report.of(.featureFlags).status != "unknown")
        #expect(!report.findings.contains { "\($0)".contains(management) })

        let stranger = management.replacing(/\/\/.*@/, with: "//nobody:wrong@")
        let (refused, end) = try await warren.doctor(url, "--management", stranger)
        #expect(end == .exited(0))
        #expect(try refused.of(.memory).status == "unknown")
        #expect(try refused.of(.memory).what.contains("HTTP 401"))
        #expect(!refused.findings.contains { "\($0)".contains("wrong@") })
        let (silent, _) = try await warren.doctor(url, "--management", "http://127.0.0.1:1")
        #expect(try silent.of(.memory).what.contains("does not answer"))
    }

    private static func smallMessagesAreFound(
        _ broker: TestBroker,
        _ warren: WarrenScope,
        _ url: String
    ) async throws {
        let _: Bool = try await broker.evaluate(
            """
            begin
              ok = application:set_env(rabbit, max_message_size, 65536),
              persistent_term:put(max_message_size, 65536), true
            end
            """
        )
        // By trying, and by asking.
        for operated in [nil, broker] {
            let (report, end) = try await warren.doctor(url, as: operated)
            #expect(end == .exited(1))
            #expect(try report.of(.largestMessage).what == "the broker takes no message above 64 KiB")
        }
    }

    private static func alarmIsFound(
        _ broker: TestBroker,
        _ warren: WarrenScope,
        _ url: String
    ) async throws {
        try await broker.control("set_vm_memory_high_watermark", "0.0001")
        let (alone, end) = try await warren.doctor(url)
        #expect(end == .exited(1))
        #expect(try alone.of(.alarms).status == "problem")
        #expect(try alone.of(.alarms).what.contains("memory"))
        // Nobody can be asked, so nothing is said of them.
        #expect(try alone.of(.workers).status == "unknown")
        #expect(try alone.of(.largestMessage).status == "unknown")
        let (report, _) = try await warren.doctor(url, as: broker)
        #expect(try report.of(.memory).status == "problem")
    }
}
