import Testing

@testable import AMQP

@Suite struct MailboxTests {
    private struct Event: Sendable {
        let sender: Int
        let number: Int
    }

    @Test(.timeLimit(.minutes(1)))
    func nothingIsLostAndEachSendersOrderIsKept() {
        let mailbox = Mailbox<Event>()
        let (senders, each) = (8, 5000)
        for sender in 0..<senders {
            Thread.start("sender") {
                var number = 0
                while number < each {
                    // One by one and in batches, in turn.
                    if number % 3 == 0 {
                        mailbox.post(Event(sender: sender, number: number))
                        number += 1
                    } else {
                        let batch = (number..<min(number + 7, each)).map { Event(sender: sender, number: $0) }
                        mailbox.post(contentsOf: batch)
                        number += batch.count
                    }
                }
            }
        }
        var next = [Int](repeating: 0, count: senders)
        var isInOrder = true
        while next.contains(where: { $0 < each }) {
            for event in mailbox.take(until: nil) {
                isInOrder = isInOrder && event.number == next[event.sender]
                next[event.sender] += 1
            }
        }
        #expect(isInOrder)
        #expect(next == [Int](repeating: each, count: senders))
        #expect(mailbox.take(until: .now).isEmpty)
    }

    @Test(.timeLimit(.minutes(1)))
    func everySinglePostWakesTheReceiver() {
        // Ping and pong, so that the mailbox is empty each time: one lost wake-up hangs here.
        let (ping, pong) = (Mailbox<Int>(), Mailbox<Int>())
        let rounds = 5000
        Thread.start("pong") {
            var seen = 0
            while seen < rounds {
                for event in ping.take(until: nil) {
                    seen += 1
                    pong.post(event)
                }
            }
        }
        for round in 0..<rounds {
            ping.post(round)
            guard pong.take(until: nil) == [round] else {
                Issue.record("round \(round) was answered otherwise")
                return
            }
        }
    }

    @Test func deadlinePassesWithoutAnEvent() {
        let mailbox = Mailbox<Int>()
        let deadline = Instant.now + .milliseconds(20)
        #expect(mailbox.take(until: deadline).isEmpty)
        #expect(Instant.now >= deadline)
    }

    @Test func whatHasArrivedIsReturnedAlthoughTheDeadlineIsPast() {
        let mailbox = Mailbox<Int>()
        mailbox.post(1)
        mailbox.post(contentsOf: [2, 3])
        mailbox.post(contentsOf: [])
        #expect(mailbox.take(until: Instant(nanoseconds: 0)) == [1, 2, 3])
        #expect(mailbox.take(until: Instant(nanoseconds: 0)).isEmpty)
    }
}
