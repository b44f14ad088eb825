import AMQP
import DequeModule

/// A thread that runs fragments of a job in this process.
struct LocalSlot: Sendable {
    let id: JobID
    let job: any PreparedJob
    let worker: String
    let timeLimit: Duration?
    let mailbox: Mailbox<LocalEvent>
    let work: Monitor<LocalLoop.Work>
    let cancellation: Cancellation

    func run() {
        while true {
            let next = work.wait { work -> (order: Order, fragment: Fragment)?? in
                if work.isOver { return .some(nil) }
                return work.waiting.popFirst().map { .some($0) }
            }
            guard case .some(.some(let (order, fragment))) = next else { return }
            mailbox.post(.reply(answer(order, fragment)))
        }
    }

    private func answer(_ order: Order, _ fragment: Fragment) -> ReplyMessage {
        let id = FragmentID(job: id, range: order.range)
        let context = FragmentContext(
            id: id,
            attempt: order.attempt,
            worker: worker,
            timeLimit: timeLimit,
            cancellation: cancellation
        )
        let answer =
            cancellation.isCancelled ? ExecutorAnswer(.dropped) : job.attempt(fragment, in: context)
        return ReplyMessage(
            id: id,
            reply: LedgerEvent.Reply(attempt: order.attempt, worker: worker, outcome: answer.outcome),
            cost: answer.cost,
            body: answer.body
        )
    }
}
