internal import DequeModule

/// The publications of one channel that the broker has not answered yet, in the order in which they went out.
///
/// The broker counts publishes from 1 and confirms by that number, one or all up to one. A publication that no
/// queue takes comes back *before* its confirm, told by its message alone; the broker returns in the order of
/// publishing, so the first one out with that message id is meant.
struct ConfirmWindow {
    private struct Entry {
        let publication: Publication
        let sent: Instant
        var isReturned = false
        var isSettled = false
    }

    private var entries = Deque<Entry>()
    /// The number of the first entry.
    private var first: UInt64 = 1
    private var unsettled = 0

    /// How many have not been answered.
    var count: Int { unsettled }

    /// When the oldest that has not been answered was sent.
    var oldest: Instant? { entries.first?.sent }

    mutating func sent(_ publication: Publication, at now: Instant) {
        entries.append(Entry(publication: publication, sent: now))
        unsettled += 1
    }

    /// Notes that the broker sent a message back.
    mutating func returned(messageID: ShortString) {
        for index in entries.indices
        where !entries[index].isSettled && !entries[index].isReturned
            && entries[index].publication.isMandatory
            && entries[index].publication.message.messageID == messageID
        {
            entries[index].isReturned = true
            return
        }
    }

    /// The broker answered number `number`, or all that are out up to it.
    ///
    /// Numbers that were answered before, or never given out, change nothing.
    mutating func settle(
        _ number: UInt64,
        multiple: Bool,
        outcome: Publication.Outcome,
        _ body: (Publication, Publication.Outcome) -> Void
    ) {
        guard number >= first, number - first < UInt64(entries.count) else { return }
        let last = Int(number - first)
        for index in (multiple ? 0 : last)...last where !entries[index].isSettled {
            entries[index].isSettled = true
            unsettled -= 1
            body(entries[index].publication, entries[index].isReturned ? .returned : outcome)
        }
        while let entry = entries.first, entry.isSettled {
            entries.removeFirst()
            first += 1
        }
    }

    /// Everything that was never answered, in order; none is out afterwards.
    mutating func removeAll() -> [Publication] {
        defer {
            first += UInt64(entries.count)
            entries = []
            unsettled = 0
        }
        return entries.filter { !$0.isSettled }.map(\.publication)
    }

    /// The broker's silence does not count while it said that it is blocked.
    mutating func restartClock(at now: Instant) {
        entries = Deque(
            entries.map {
                Entry(
                    publication: $0.publication,
                    sent: now,
                    isReturned: $0.isReturned,
                    isSettled: $0.isSettled
                )
            }
        )
    }
}
