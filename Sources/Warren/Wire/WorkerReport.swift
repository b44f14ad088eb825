package import AMQP

/// What a worker says of itself: what it holds, to a coordinator; who it is, to a roll-call.
package struct WorkerReport: Sendable, Hashable, Codable {
    package var worker: String
    package var host: String
    package var pool: String
    package var slots: Int
    /// When it started, in seconds since 1970.
    package var since: Double
    /// Fragments answered since then.
    package var done: Int
    /// Ids of fragments.
    package var running: [String]
    package var waiting: [String]
    /// The kinds of job that it runs; nil in reports that do not say.
    package var kinds: [JobKind]?
    /// Of the worker's Warren; nil in reports that do not say.
    package var version: String?
    /// Its clock when it said so, in seconds since 1970; nil in reports that do not say.
    package var now: Double?

    /// - Parameter type: `held` or `present`.
    func message(_ type: ShortString) -> Message {
        var headers = Headers()
        headers[WireNames.Header.version] = .integer(WireNames.version)
        headers[WireNames.Header.worker] = .string(Array(worker.utf8))
        return Message(
            type: type,
            contentType: WireNames.ContentType.json,
            headers: headers,
            // A struct of strings and numbers always encodes.
            body: (try? JSONCoding.encode(self)) ?? []
        )
    }

    package init(
        worker: String,
        host: String,
        pool: String,
        slots: Int,
        since: Double,
        done: Int,
        running: [String],
        waiting: [String],
        kinds: [JobKind]? = nil,
        version: String? = nil,
        now: Double? = nil
    ) {
        self.worker = worker
        self.host = host
        self.pool = pool
        self.slots = slots
        self.since = since
        self.done = done
        self.running = running
        self.waiting = waiting
        self.kinds = kinds
        self.version = version
        self.now = now
    }

    /// - Throws: ``WarrenError/Code/incompatible`` that says what is wrong with the message.
    package init(_ message: Message) throws(WarrenError) {
        try WireReader.checkVersion(of: message)
        do {
            self = try JSONCoding.decode(WorkerReport.self, from: message.body)
        } catch {
            throw WarrenError(.incompatible, "the body of “\(message.type)” is no report: \(error)")
        }
    }
}
