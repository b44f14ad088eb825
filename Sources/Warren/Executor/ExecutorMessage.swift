/// What an executor tells its worker.
enum ExecutorMessage: Sendable {
    /// It has begun to read.
    case ready
    /// Of the fragment that it was given first of those that are neither answered nor withdrawn.
    case answer(ExecutorAnswer)
    /// That fragment has run to its end; its partial is kept, to be merged with those of the next.
    case kept(AttemptCost)
    /// Of all fragments that were kept: their partial, or why there is none.
    case total(ExecutorAnswer)
    /// These it has not begun, and leaves them.
    case withdrawn(ClosedRange<UInt64>)

    private enum Tag {
        static let ready: UInt8 = 0
        static let answer: UInt8 = 1
        static let withdrawn: UInt8 = 2
        static let kept: UInt8 = 3
        static let total: UInt8 = 4
    }

    func write(to frames: inout FrameWriter) {
        frames.frame { frame in
            switch self {
            case .ready: frame.put(Tag.ready)
            case .answer(let answer):
                frame.put(Tag.answer)
                answer.write(to: &frame)
            case .kept(let cost):
                frame.put(Tag.kept)
                cost.write(to: &frame)
            case .total(let answer):
                frame.put(Tag.total)
                answer.write(to: &frame)
            case .withdrawn(let numbers):
                frame.put(Tag.withdrawn)
                frame.put(numbers.lowerBound)
                frame.put(numbers.upperBound)
            }
        }
    }

    /// Nil for a frame that makes no sense.
    init?(_ frame: FrameReader) {
        var frame = frame
        switch frame.number(UInt8.self) {
        case Tag.ready: self = .ready
        case Tag.answer:
            guard let answer = ExecutorAnswer(&frame) else { return nil }
            self = .answer(answer)
        case Tag.kept: self = .kept(AttemptCost(&frame))
        case Tag.total:
            guard let answer = ExecutorAnswer(&frame) else { return nil }
            self = .total(answer)
        case Tag.withdrawn:
            let (first, last) = (frame.number(UInt64.self), frame.number(UInt64.self))
            guard first <= last, !frame.isOverrun else { return nil }
            self = .withdrawn(first...last)
        default: return nil
        }
    }
}

/// What a worker tells its executor out of turn, in eight bytes; fragments are numbered from 1.
enum ExecutorOrder: Sendable, Hashable {
    /// Leave this fragment at the next chance.
    case cancel(UInt64)
    /// Leave those up to this one that have not begun.
    case withdraw(upTo: UInt64)

    private static let flag: UInt64 = 1 << 63

    var rawValue: UInt64 {
        switch self {
        case .cancel(let number): number
        case .withdraw(let last): last | Self.flag
        }
    }

    init(rawValue: UInt64) {
        let number = rawValue & ~Self.flag
        self = rawValue & Self.flag == 0 ? .cancel(number) : .withdraw(upTo: number)
    }
}
