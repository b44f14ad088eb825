import AMQP
import Testing

@testable import Warren

/// The way there and back, without the waiting of others.
@Suite struct RoundTripTests {
    private func at(_ seconds: Double) -> Instant { Instant(nanoseconds: Int64(seconds * 1e9)) }

    @Test func leastOfWhatWasSeenCounts() {
        var trip = RoundTrip()
        #expect(trip.seconds == nil)
        trip.measured(0.005, at: at(0))
        trip.measured(0.002, at: at(1))
        trip.measured(0.9, at: at(2))
        #expect(trip.seconds == 0.002)
    }

    /// Two jobs whose fragments wait for each other must not take that for distance.
    @Test func waitingForOthersInflatesItSlowlyAtMost() throws {
        var trip = RoundTrip()
        trip.measured(0.002, at: at(0))
        for second in 1...60 { trip.measured(1, at: at(Double(second))) }
        #expect(try #require(trip.seconds) < 0.002 * 4)
    }

    @Test func routeThatHasBecomeLongerIsLearnt() throws {
        var trip = RoundTrip()
        trip.measured(0.002, at: at(0))
        for second in 1...600 { trip.measured(0.05, at: at(Double(second))) }
        #expect(try #require(trip.seconds) == 0.05)
    }

    @Test(arguments: [-1, 0, .infinity, .nan] as [Double]) func absurdMeasurementDoesNoHarm(seconds: Double) {
        var trip = RoundTrip()
        trip.measured(0.002, at: at(0))
        trip.measured(seconds, at: at(1))
        #expect((1e-6...0.002).contains(trip.seconds ?? 0))
    }
}
