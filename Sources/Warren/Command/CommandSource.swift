import DequeModule

/// Cuts what a command is to work on: bytes of files, lines, or numbers; without those that were done before.
package struct CommandSource: FragmentSource {
    private enum Origin: Sendable {
        case text(TextSource)
        case numbers(RangeSource)
    }

    /// A command reads a fragment to its end, and what it prints of it must fit a message.
    private static let most: UInt64 = 4 << 20

    private var origin: Origin
    private let isBytes: Bool
    private let done: RunSet
    /// What is left of a fragment of which some units were done before.
    private var pending = Deque<Fragment>()

    /// - Parameter isBytes: Whether the units are bytes of files, and not lines.
    init(_ origin: TextSource, isBytes: Bool, without done: RunSet) {
        self.origin = .text(origin)
        self.isBytes = isBytes
        self.done = done
    }

    init(_ origin: RangeSource, without done: RunSet) {
        self.origin = .numbers(origin)
        self.isBytes = false
        self.done = done
    }

    package var unitCount: UInt64? {
        let all =
            switch origin {
            case .text(let text): text.unitCount
            case .numbers(let numbers): numbers.unitCount
            }
        return all.map { $0 - min(done.unitCount, $0) }
    }

    package var grain: UInt64 {
        switch origin {
        case .text(let text): text.grain
        case .numbers(let numbers): numbers.grain
        }
    }

    package mutating func take(upTo count: UInt64, ready: @escaping @Sendable () -> Void) throws -> Supply {
        while true {
            if let next = pending.popFirst() { return .fragment(next) }
            let supply: Supply
            switch origin {
            case .text(var text):
                supply = try text.take(upTo: isBytes ? min(count, Self.most) : count, ready: ready)
                origin = .text(text)
            case .numbers(var numbers):
                supply = numbers.take(upTo: count, ready: ready)
                origin = .numbers(numbers)
            }
            guard case .fragment(let fragment) = supply else { return supply }
            try keep(fragment)
        }
    }

    /// Keeps of a fragment what was not done before.
    private mutating func keep(_ fragment: Fragment) throws {
        var rest = fragment
        for gap in done.gaps(in: fragment.range) {
            if gap.lowerBound > rest.range.lowerBound {
                rest = try Self.split(rest, at: gap.lowerBound).1
            }
            guard gap.upperBound < rest.range.upperBound else { return pending.append(rest) }
            let (first, second) = try Self.split(rest, at: gap.upperBound)
            pending.append(first)
            rest = second
        }
    }

    package static func split(_ fragment: Fragment, at unit: UInt64) throws -> (Fragment, Fragment) {
        fragment.payload.isEmpty
            ? RangeSource.split(fragment, at: unit) : try TextSource.split(fragment, at: unit)
    }

    package static func units(of fragment: Fragment) throws -> CommandInput {
        fragment.payload.isEmpty ? .numbers(fragment.range) : .text(try TextSource.units(of: fragment))
    }

    package static func describe(_ fragment: Fragment) -> String? {
        guard fragment.payload.isEmpty else { return TextSource.describe(fragment) }
        return fragment.range.unitCount == 1 ? "“\(fragment.range.lowerBound)”" : nil
    }

    package static func items(of fragment: Fragment) -> [UInt8]? {
        guard fragment.payload.isEmpty else { return TextSource.items(of: fragment) }
        return fragment.range.flatMap { Array("\($0)\n".utf8) }
    }
}
