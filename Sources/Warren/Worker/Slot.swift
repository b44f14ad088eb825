import AMQP

/// What the thread of a slot does if fragments run in the worker itself: takes one, runs it, answers it.
struct Slot {
    private let worker: Worker
    private let prepared = PreparedJobs()
    /// So many answers to short fragments may wait for somebody to be woken.
    private static let mostQuiet = 16

    init(_ worker: Worker) {
        self.worker = worker
    }

    func run() {
        /// Answers that nobody has been woken for.
        var quiet = 0
        while true {
            let (step, isFast) = worker.queue.withLock { ($0.next(), $0.isFast) }
            if step == nil, quiet > 0 {
                worker.answers.wake()
                quiet = 0
            }
            switch step ?? worker.queue.wait(for: { $0.next() }) {
            case .run(let delivery):
                guard let (fragment, cancellation) = worker.admit(delivery, wakingUp: nil) else { continue }
                let answer = answer(fragment, cancellation)
                guard let answer = worker.conclude(delivery, fragment, answer) else { continue }
                quiet = isFast && quiet < Self.mostQuiet ? quiet + 1 : 0
                worker.answers.publish(contentsOf: [answer], waking: quiet == 0)
            case .probe(let address): worker.probe(address)
            case .stop, nil: return
            }
        }
    }

    private func answer(_ fragment: FragmentMessage, _ cancellation: Cancellation) -> ExecutorAnswer {
        let job: any PreparedJob
        do {
            job = try prepared.job(fragment.kind, fragment.parameters, in: worker.jobs)
        } catch {
            return ExecutorAnswer(.refused("\(error)"))
        }
        let context = FragmentContext(
            id: fragment.id,
            attempt: fragment.attempt,
            worker: worker.configuration.name,
            timeLimit: fragment.timeLimit,
            memoryLimit: worker.configuration.memoryLimit,
            cancellation: cancellation
        )
        return job.attempt(Fragment(range: fragment.id.range, payload: fragment.payload), in: context)
    }
}
