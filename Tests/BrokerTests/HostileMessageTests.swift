import AMQP
import Foundation
import TestSupport
import Testing

@testable import Warren

/// A hundred thousand messages from somebody who means no good, on the work queue and to a requester, while jobs run.
@Suite(.serialized, .takingTurns) struct HostileMessageTests {
    private static let count = 100_000

    @Test func floodOfNonsenseDisturbsNobody() async throws {
        try await TestBroker.withOwn { broker in
            try await withWarren(broker) { warren in
                let queue = Pool.default.queue
                let gate = try TestRun.makeFolder("gate") + "/open"
                let workers = [
                    try await warren.commandWorker("one", pool: "default"),
                    try await warren.commandWorker("two", pool: "default"),
                ]
                // It ends only when the flood is over.
                let (submit, path) = try warren.submit(
                    "--shell",
                    "--map",
                    "until [ {} != 40 -o -e \(gate) ]; do sleep 0.1; done; echo {}",
                    "--range",
                    "1..40",
                    "-k"
                )
                let line = try await submit.line(containing: "job ")
                let job = try #require(line.text.split(separator: " ").dropFirst().first)
                let address = try await broker.replyAddress()
                let endpoint = try AMQPEndpoint(url: broker.url)
                async let answers = Self.flood(endpoint, Self.count, WireNames.Exchange.replies, address) {
                    .answer(to: String(job), using: &$0)
                }
                async let fragments = Self.flood(endpoint, Self.count, WireNames.Exchange.work, "default") {
                    .fragment(replyTo: address, using: &$0)
                }
                let (other, _) = try warren.submit("drill", "--set", "units=2000", "--fragment-size", "100")
                // Its fragments wait their turn behind a great many others.
                #expect(try await other.exit(within: .seconds(500)) == .exited(0))
                #expect(other.output == drillResult(units: 2000))
                _ = try await (answers, fragments)
                try await broker.queue(of: "default", within: .seconds(500)) {
                    $0.ready == 0 && $0.unacknowledged <= 1
                }
                try "".write(toFile: gate, atomically: false, encoding: .utf8)

                #expect(try await submit.exit(within: .seconds(60)) == .exited(0))
                #expect(submit.output == (1...40).map { "\($0)\n" }.joined())
                let receipt = try Receipt(at: path)
                #expect(receipt.strays + receipt.duplicatesDropped == Self.count)
                #expect(receipt.retried == 0 && receipt.crashes == 0)
                var buried = 0
                for worker in workers {
                    worker.terminate()
                    #expect(try await worker.exit() == .exited(0))
                    let last = try await worker.line(containing: "messages went to the dead letters")
                    buried += Int(last.text.split(separator: ";")[1].filter(\.isNumber)) ?? 0
                }
                try await broker.queue(named: "warren.dead") { $0.ready >= Self.count }
                // Each of them is there, with a reason: a worker's, or the broker's own if it was given out too often.
                let letters = try await broker.deadLetters()
                let byWorkers = letters.count { $0.headers.string("warren-queue") == queue.bytes }
                let byBroker = letters.count { $0.headers.string("x-first-death-queue") == queue.bytes }
                #expect(byWorkers == buried)
                #expect(
                    byWorkers + byBroker == Self.count,
                    "\(byBroker) by the broker, \(letters.count) in all"
                )
            }
        }
    }

    /// Publishes so many messages as fast as the broker takes them, on a thread of its own.
    private static func flood(
        _ endpoint: AMQPEndpoint,
        _ count: Int,
        _ exchange: ShortString,
        _ routingKey: String,
        _ make: @escaping @Sendable (inout SeededRandom) -> HostileMessage
    ) async throws {
        let result: Result<Void, any Error> = await withCheckedContinuation { continuation in
            Thread.start("hostile") {
                continuation.resume(
                    returning: Result {
                        var random = SeededRandom()
                        let publisher = try HostilePublisher(to: endpoint)
                        var sent = 0
                        while sent < count {
                            let message = make(&random)
                            guard
                                publisher.publish(message, to: exchange.description, routingKey: routingKey)
                            else {
                                throw TestFailure("the broker takes no more")
                            }
                            sent += 1
                        }
                        try publisher.finish()
                    }
                )
            }
        }
        try result.get()
    }
}
