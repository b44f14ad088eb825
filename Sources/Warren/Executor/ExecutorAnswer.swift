/// What an executor says of a fragment.
struct ExecutorAnswer: Sendable {
    let outcome: LedgerEvent.Outcome
    let cost: AttemptCost
    let body: [UInt8]

    private enum Tag {
        static let done: UInt8 = 0
        static let partly: UInt8 = 1
        static let failed: UInt8 = 2
        static let refused: UInt8 = 3
        static let dropped: UInt8 = 4
    }

    init(_ outcome: LedgerEvent.Outcome, cost: AttemptCost = AttemptCost(), body: [UInt8] = []) {
        self.outcome = outcome
        self.cost = cost
        self.body = body
    }

    func write(to frame: inout FrameWriter) {
        cost.write(to: &frame)
        switch outcome {
        case .done:
            frame.put(Tag.done)
            frame.put(body)
        case .partly(let success):
            frame.put(Tag.partly)
            frame.put(PartlyBody(failed: success.failed, rest: success.rest, partial: body).encoded)
        case .failed(let failure):
            frame.put(Tag.failed)
            frame.put(failure.cause.rawValue)
            frame.put(failure.reason)
        case .refused(let reason):
            frame.put(Tag.refused)
            frame.put(reason)
        case .dropped, .yielded, .suspect, .diedAlone:
            frame.put(Tag.dropped)
        }
    }

    /// Nil for a frame that is no answer.
    init?(_ frame: inout FrameReader) {
        let cost = AttemptCost(&frame)
        var body: [UInt8] = []
        let outcome: LedgerEvent.Outcome
        switch frame.number(UInt8.self) {
        case Tag.done:
            body = frame.run()
            outcome = .done(seconds: cost.seconds)
        case Tag.partly:
            guard let parts = try? PartlyBody(decoding: frame.run()) else { return nil }
            body = parts.partial
            outcome = .partly(.init(seconds: cost.seconds, failed: parts.failed, rest: parts.rest))
        case Tag.failed:
            let cause = AttemptFailure.Cause(rawValue: frame.text()) ?? .error
            outcome = .failed(AttemptFailure(cause, frame.text()))
        case Tag.refused: outcome = .refused(frame.text())
        case Tag.dropped: outcome = .dropped
        default: return nil
        }
        self.init(outcome, cost: cost, body: body)
    }
}

extension AttemptCost {
    func write(to frame: inout FrameWriter) {
        frame.put(started)
        frame.put(seconds)
        frame.put(cpuSeconds)
        frame.put(peakMemory)
    }

    init(_ frame: inout FrameReader) {
        self.init(
            started: frame.double(),
            seconds: frame.double(),
            cpuSeconds: frame.double(),
            peakMemory: frame.number()
        )
    }
}
