import TestSupport

@testable import AMQP

/// A ``ConfirmWindow`` beside a list that holds every publication ever made, and searches it for each answer.
struct ConfirmTrial {
    private struct Entry {
        let number: UInt64
        let id: ShortString
        let isMandatory: Bool
        var isReturned = false
        var isSettled = false
    }

    private static let ids: [ShortString] = ["a", "b", "c"]

    private var random: SeededRandom
    private var window = ConfirmWindow()
    private var entries: [Entry] = []
    private(set) var violation: String?

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    mutating func run() {
        for _ in 0..<40 where violation == nil {
            switch random.below(8) {
            case 0...3: send()
            case 4: sendBack()
            case 5 where random.once(in: 6): giveUp()
            default: settle()
            }
            let left = entries.count { !$0.isSettled }
            if window.count != left { violation = "\(window.count) out in place of \(left)" }
        }
    }

    private mutating func send() {
        let entry = Entry(
            number: UInt64(entries.count + 1),
            id: Self.ids[random.below(3)],
            isMandatory: !random.once(in: 3)
        )
        entries.append(entry)
        let message = Message(type: "t", messageID: entry.id)
        window.sent(
            Publication(
                message,
                to: "x",
                routingKey: "k",
                isMandatory: entry.isMandatory,
                token: entry.number
            ),
            at: Instant(nanoseconds: Int64(entry.number))
        )
    }

    private mutating func sendBack() {
        let id = Self.ids[random.below(3)]
        window.returned(messageID: id)
        let first = entries.firstIndex { $0.id == id && $0.isMandatory && !$0.isReturned && !$0.isSettled }
        if let first { entries[first].isReturned = true }
    }

    private mutating func settle() {
        // Mostly numbers that are out, but also those of long ago and of never.
        let number = UInt64(random.below(entries.count + 3))
        let multiple = random.once(in: 2)
        let outcome: Publication.Outcome = random.once(in: 4) ? .nacked : .confirmed
        var expected: [String] = []
        if number >= 1, number <= entries.count {
            for index in entries.indices
            where !entries[index].isSettled
                && (entries[index].number == number || multiple && entries[index].number < number)
            {
                entries[index].isSettled = true
                expected.append("\(entries[index].number) \(entries[index].isReturned ? .returned : outcome)")
            }
        }
        var told: [String] = []
        window.settle(number, multiple: multiple, outcome: outcome) { told.append("\($0.token) \($1)") }
        // An answer to all up to one that was settled before finds nothing that is older and still out.
        if told != expected { violation = "\(number), multiple \(multiple): \(told) in place of \(expected)" }
    }

    private mutating func giveUp() {
        let left = entries.filter { !$0.isSettled }.map(\.number)
        for index in entries.indices { entries[index].isSettled = true }
        let told = window.removeAll().map(\.token)
        if told != left { violation = "\(told) given back in place of \(left)" }
    }
}
