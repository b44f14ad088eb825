package import AMQP

/// Every name that appears on the wire, written by hand: see `docs/protocol.md`.
package enum WireNames {
    package static let version: Int64 = 1

    package enum Exchange {
        package static let work: ShortString = "warren.work"
        package static let replies: ShortString = "warren.replies"
        package static let control: ShortString = "warren.control"
        package static let workers: ShortString = "warren.workers"
        package static let dead: ShortString = "warren.dead"
    }

    /// The one encoding of bodies.
    static let zstd: ShortString = "zstd"
    package static let deadQueue: ShortString = "warren.dead"
    /// What the queues of coordinators and workers begin with, which go with their connection.
    static let replyQueuePrefix: ShortString = "warren.reply."
    static let controlQueuePrefix: ShortString = "warren.control."

    enum Header {
        static let version: ShortString = "warren-version"
        static let kind: ShortString = "kind"
        static let parameters: ShortString = "parameters"
        static let attempt: ShortString = "attempt"
        static let alone: ShortString = "alone"
        static let merge: ShortString = "merge"
        static let backup: ShortString = "backup"
        static let worker: ShortString = "worker"
        static let microseconds: ShortString = "microseconds"
        static let cpu: ShortString = "cpu"
        static let memory: ShortString = "memory"
        static let started: ShortString = "started"
        static let cause: ShortString = "cause"
        static let timeLimit: ShortString = "time-limit"
        static let pool: ShortString = "pool"
        static let weight: ShortString = "weight"
        static let open: ShortString = "open"
        static let asks: ShortString = "asks"
        static let encoding: ShortString = "encoding"
        static let store: ShortString = "store"
        static let execution: ShortString = "execution"
        static let from: ShortString = "from"
        static let sending: ShortString = "sending"
        static let index: ShortString = "index"
        static let size: ShortString = "size"
        static let offer: ShortString = "offer"
        static let answers: ShortString = "answers"
        static let key: ShortString = "warren-key"
        static let signature: ShortString = "warren-signature"
        static let reason: ShortString = "warren-reason"
        static let queue: ShortString = "warren-queue"
    }

    enum MessageType {
        static let fragment: ShortString = "fragment"
        static let done: ShortString = "done"
        static let batch: ShortString = "batch"
        static let fetch: ShortString = "fetch"
        static let part: ShortString = "part"
        static let body: ShortString = "body"
        static let gone: ShortString = "gone"
        static let release: ShortString = "release"
        static let merged: ShortString = "merged"
        static let partly: ShortString = "partly"
        static let failed: ShortString = "failed"
        static let suspect: ShortString = "suspect"
        static let diedAlone: ShortString = "died-alone"
        static let dropped: ShortString = "dropped"
        static let yielded: ShortString = "yielded"
        static let refused: ShortString = "refused"
        static let redelivered: ShortString = "redelivered"
        static let held: ShortString = "held"
        static let present: ShortString = "present"
        static let cancel: ShortString = "cancel"
        static let recall: ShortString = "recall"
        static let claim: ShortString = "claim"
        static let cancelling: ShortString = "cancelling"
        static let rollCall: ShortString = "roll-call"
    }

    enum ContentType {
        static let text: ShortString = "text/plain"
        static let json: ShortString = "application/json"
        static let bytes: ShortString = "application/octet-stream"
    }
}
