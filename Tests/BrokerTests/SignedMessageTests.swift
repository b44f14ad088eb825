import AMQP
import Foundation
import Testing

@testable import Warren

/// Submitters and workers that share a key believe nobody else.
@Suite(.serialized, .takingTurns) struct SignedMessageTests {
    private struct Keys {
        let path: String
        let options: [String]

        init() throws {
            path = try TestRun.makeFolder("keys") + "/keys"
            _ = try KeyFile.create(path)
            options = ["--key-file", path]
        }
    }

    private func worker(_ warren: WarrenScope, _ name: String, pool: String, _ options: [String]) async throws
        -> WarrenProcess
    {
        let worker = try warren.start(["worker", "--name", name, "--pool", pool, "--slots", "1"] + options)
        try await worker.line(containing: "ready")
        return worker
    }

    @Test func signedJobsAreExactWhoeverIsKilled() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let (pool, keys) = (freshPool(), try Keys())
            let victim = try await worker(warren, "victim", pool: pool, keys.options)
            let (submit, path) = try warren.submit(
                [
                    "drill", "--set", "units=3000", "--set", "sleep=1000", "--fragment-size", "50", "--pool",
                    pool,
                ]
                    + keys.options
            )
            try await victim.line(containing: "first fragment")
            victim.kill()
            _ = try await worker(warren, "stays", pool: pool, keys.options)
            #expect(try await submit.exit() == .exited(0))
            #expect(submit.output == drillResult(units: 3000))
            let receipt = try Receipt(at: path)
            #expect(receipt.redelivered >= 1 && receipt.strays == 0)
            // Those who ask have to sign, too.
            let listing = try warren.start(["workers"] + keys.options)
            #expect(try await listing.exit() == .exited(0))
            #expect(listing.output.contains("stays"))
        }
    }

    /// One key takes the place of another while everything runs.
    @Test func keysAreRolledOver() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let (pool, old) = (freshPool(), try Keys())
            let both = try TestRun.makeFolder("keys") + "/both"
            let text = try String(contentsOfFile: old.path, encoding: .utf8)
            let new = try Keys()
            try (String(contentsOfFile: new.path, encoding: .utf8) + text)
                .write(toFile: both, atomically: false, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: both)
            // It signs with the new one; the submitter accepts that as its second.
            let reversed = try Keys()
            try (text + String(contentsOfFile: new.path, encoding: .utf8))
                .write(toFile: reversed.path, atomically: false, encoding: .utf8)
            _ = try await worker(warren, "w", pool: pool, ["--key-file", both])
            for file in [reversed.path, new.path] {
                let (submit, path) = try warren.submit(
                    ["drill", "--set", "units=100", "--pool", pool, "--key-file", file]
                )
                #expect(try await submit.exit() == .exited(0))
                #expect(try Receipt(at: path).strays == 0)
            }
        }
    }

    enum Forgery: CaseIterable { case unsigned, altered, foreign, ofAnotherPool, ofAnotherJob }

    /// A fragment that nobody with the key has sent like this never runs, and lies in the dead letters with the reason.
    @Test(arguments: Forgery.allCases)
    func forgedFragmentsNeverRun(forgery: Forgery) async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let (pool, keys) = (freshPool(), try Keys())
            let folder = try TestRun.makeFolder("forged")
            let worker = try warren.start(
                ["worker", "--name", "w", "--pool", pool, "--slots", "1", "--allow-commands"] + keys.options
            )
            try await worker.line(containing: "ready")
            let ring = try KeyFile.read(keys.path)
            var message = try fragment("touch \(folder)/it-ran")
            let key = try Pool(pool).routingKey
            switch forgery {
            case .unsigned: break
            case .altered:
                ring.seal(&message, to: WireNames.Exchange.work, routingKey: key)
                message.headers["attempt"] = .integer(2)
            case .foreign:
                try KeyFile.read(Keys().path).seal(&message, to: WireNames.Exchange.work, routingKey: key)
            case .ofAnotherPool: ring.seal(&message, to: WireNames.Exchange.work, routingKey: "another")
            case .ofAnotherJob:
                let signed = message
                var random = SystemRandomNumberGenerator()
                let job = JobID(milliseconds: 1, using: &random)
                message = try fragment("true", of: job)
                ring.seal(&message, to: WireNames.Exchange.work, routingKey: key)
                // The signature of one job's fragment on that of another.
                let signature = message.headers[WireNames.Header.signature]
                let name = message.headers[WireNames.Header.key]
                message = signed
                message.headers[WireNames.Header.signature] = signature
                message.headers[WireNames.Header.key] = name
            }
            try await publish(message, to: WireNames.Exchange.work, key, broker)
            try await worker.line(containing: "rejected, to the dead letters")
            worker.terminate()
            #expect(try await worker.exit() == .exited(0))
            #expect(!FileManager.default.fileExists(atPath: folder + "/it-ran"))
            let list = try warren.start(["dead", "list"])
            #expect(try await list.exit() == .exited(0))
            #expect(list.output.contains(message.messageID.description))
        }
    }

    /// An answer that no worker with the key has given does not count, whatever it says.
    @Test func forgedAnswersDoNotCount() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let (pool, keys) = (freshPool(), try Keys())
            let (submit, path) = try warren.submit(
                ["drill", "--set", "units=10", "--fragment-size", "5", "--window", "1", "--pool", pool]
                    + keys.options
            )
            try await submit.line(containing: "job ")
            let fragments = Mailbox<Delivery>()
            let queue = try Pool(pool).queue
            let thief = AMQPConnection(
                to: try AMQPEndpoint(url: broker.url),
                name: "thief",
                setUp: { session throws(AMQPError) in try session.consume(queue, as: "thief", prefetch: 1) },
                events: { events in
                    for case .delivered(let delivery) in events { fragments.post(delivery) }
                }
            )
            let delivery = try #require(fragments.take(until: .now + .seconds(30)).first)
            var headers = Headers()
            headers["warren-version"] = .integer(1)
            headers["attempt"] = .integer(1)
            headers["worker"] = .string(Array("thief".utf8))
            let answer = Message(
                type: "failed",
                messageID: delivery.message.messageID,
                correlationID: delivery.message.correlationID,
                headers: headers,
                body: Array("it failed".utf8)
            )
            try await publish(answer, to: WireNames.Exchange.replies, delivery.message.replyTo, broker)
            // Somebody without the key cannot cancel the job either.
            var cancel = Message(type: "cancel", correlationID: delivery.message.correlationID)
            cancel.headers["warren-version"] = .integer(1)
            try await publish(cancel, to: WireNames.Exchange.control, .empty, broker)
            try await submit.line(containing: "“failed” from thief: it is not signed")
            try await submit.line(containing: "“cancel” from")
            thief.giveBack([delivery.tag])
            await thief.close()
            _ = try await worker(warren, "w", pool: pool, keys.options)
            #expect(try await submit.exit() == .exited(0))
            #expect(submit.output == drillResult(units: 10))
            let receipt = try Receipt(at: path)
            #expect(receipt.strays == 2 && receipt.retried == 0)
            let letters = try warren.start("dead", "list")
            #expect(try await letters.exit() == .exited(0))
            let job = "\(delivery.message.correlationID)"
            #expect(letters.output.split(separator: "\n").filter { $0.contains(job) }.count >= 1)
        }
    }

    @Test func whoHasNoKeyIsToldSo() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let (pool, keys) = (freshPool(), try Keys())
            let bare = try await worker(warren, "bare", pool: pool, [])
            let (submit, _) = try warren.submit(
                ["drill", "--set", "units=10", "--pool", pool] + keys.options
            )
            try await bare.line(containing: "start it with --key-file")
            try await submit.line(containing: "“refused” from bare: it is not signed")
            bare.kill()
            _ = try await worker(warren, "w", pool: pool, keys.options)
            #expect(try await submit.exit() == .exited(0))
            // The other way round.
            let (unsigned, _) = try warren.submit(["drill", "--set", "units=10", "--pool", pool])
            #expect(try await unsigned.exit() == .exited(1))
            try await unsigned.line(containing: "takes only what is signed")
            #expect(submit.output == drillResult(units: 10))
        }
    }

    private func fragment(_ command: String, of job: JobID? = nil) throws -> Message {
        var random = SystemRandomNumberGenerator()
        let job = job ?? JobID(milliseconds: 1, using: &random)
        let parameters = """
            {"map":"\(command)","combine":null,"usesShell":true,"directory":null,"environment":{},"success":[0],\
            "isDryRun":false}
            """
        return FragmentMessage(
            id: FragmentID(job: job, range: 0..<1),
            kind: Command.kind,
            parameters: Array(parameters.utf8),
            attempt: 1,
            isAlone: false,
            replyTo: "nobody",
            payload: []
        ).message
    }

    private func publish(
        _ message: Message,
        to exchange: ShortString,
        _ key: ShortString,
        _ broker: TestBroker
    )
        async throws
    {
        let connection = AMQPConnection(to: try AMQPEndpoint(url: broker.url), name: "test", events: { _ in })
        let outcome = await connection.publish(message, to: exchange, routingKey: key, isMandatory: true)
        #expect(outcome == .confirmed)
        await connection.close()
    }
}
