import AMQP

/// What the thread of a slot does if fragments run in the worker itself: takes one, runs it, answers it.
struct Slot {
    private let worker: Worker
    private let prepared = PreparedJobs()

    init(_ worker: Worker) {
        self.worker = worker
    }

    func run() {
        while true {
            switch worker.queue.wait(for: { $0.next() }) {
            case .run(let delivery):
                guard let (fragment, cancellation) = worker.admit(delivery, wakingUp: nil) else { continue }
                let answer = answer(fragment, cancellation)
                guard let answer = worker.conclude(delivery, fragment, answer) else { continue }
                worker.send([answer])
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
