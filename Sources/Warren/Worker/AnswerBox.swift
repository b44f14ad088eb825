import AMQP
import Synchronization

/// A worker's answers on their way to the connection: what waits when that gets to them leaves together, in as few
/// messages as it takes. Nothing waits for company. Bounded by the prefetch.
final class AnswerBox: Sendable {
    struct Answer: Sendable {
        let message: ReplyMessage
        let replyTo: ShortString
        /// The delivery that it answers.
        let tag: DeliveryTag
    }

    private let waiting = Mutex<[Answer]>([])

    /// - Returns: Whether the connection has to be told.
    func insert(contentsOf answers: [Answer]) -> Bool {
        waiting.withLock { waiting in
            defer { waiting.append(contentsOf: answers) }
            return waiting.isEmpty
        }
    }

    /// Takes all that waits, as messages each of which acknowledges what it answers.
    func take() -> [Publication] {
        let taken = waiting.withLock { waiting in
            defer { waiting.removeAll(keepingCapacity: true) }
            return waiting
        }
        var publications: [Publication] = []
        var rest = taken[...]
        while let first = rest.first {
            let together = rest.prefix(Self.count(in: rest, goingWith: first))
            rest = rest.dropFirst(together.count)
            publications.append(Self.publication(of: together, first))
        }
        return publications
    }

    /// How many of the first answers can leave in one message.
    private static func count(in answers: ArraySlice<Answer>, goingWith first: Answer) -> Int {
        guard ReplyBatch.admits(first.message) else { return 1 }
        var (count, size) = (0, 0)
        for answer in answers {
            size += answer.message.body.count
            guard ReplyBatch.admits(answer.message), size <= ReplyBatch.largest,
                answer.message.id.job == first.message.id.job, answer.replyTo == first.replyTo
            else { break }
            count += 1
        }
        return count
    }

    private static func publication(
        of answers: ArraySlice<Answer>,
        _ first: Answer
    ) -> Publication {
        let messages = answers.map(\.message)
        let batch = ReplyBatch(
            job: first.message.id.job,
            worker: first.message.reply.worker,
            answers: messages
        )
        return Publication(
            messages.count == 1 ? first.message.message : batch.message,
            to: WireNames.Exchange.replies,
            routingKey: first.replyTo,
            isMandatory: true,
            token: first.tag.token,
            answering: answers.map(\.tag)
        )
    }
}
