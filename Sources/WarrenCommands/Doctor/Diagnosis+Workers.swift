import AMQP
import Warren

/// Who would do the work.
extension Diagnosis {
    var workers: [Finding] {
        switch examination.call {
        case .failure(let error):
            return [Finding.Check.workers, .workerVersions, .clocks].map {
                .unknown($0, "nobody could be asked: \(error)", how: howToAsk(error))
            }
        case .success(let call):
            if let reason = call.blocked {
                return [Finding.Check.workers, .workerVersions, .clocks].map {
                    .unknown($0, "nobody could be asked: \(reason)", how: "see “alarms”")
                }
            }
            return [presence(call), versions(call), clocks(call)]
        }
    }

    /// What would make the roll-call possible.
    func howToAsk(_ error: AMQPError) -> String {
        error.code == .notFound ? "run “\(setup)”, then this again" : "see “permissions”"
    }

    private func presence(_ call: RollCall) -> Finding {
        let pool = examination.pool
        guard call.undecodable.isEmpty else {
            return .problem(
                .workers,
                "\(Rendering.count(call.undecodable.count, "worker")) cannot be understood: \(call.undecodable[0])",
                fix: "run the same version of Warren everywhere"
            )
        }
        let ours = call.workers.filter { $0.report.pool == pool.name }
        let slots = ours.map(\.report.slots).reduce(0, +)
        let consumers = probe.queue?.consumers ?? 0
        guard !ours.isEmpty || consumers > 0 else {
            let others = Set(call.workers.map(\.report.pool)).sorted()
            let elsewhere = others.isEmpty ? "" : "; there are some in \(others.joined(separator: ", "))"
            return .warning(
                .workers,
                "none in pool \(pool)\(elsewhere)",
                fix: "warren worker --pool \(pool)"
            )
        }
        let text =
            "\(Rendering.count(ours.count, "worker")) with \(Rendering.count(slots, "slot")) in pool \(pool)"
        guard consumers <= slots else {
            return .warning(
                .workers,
                "\(text), but \(Rendering.count(consumers, "consumer")) on its queue: some did not answer",
                fix:
                    "rabbitmqctl list_consumers -p '\(examination.endpoint.vhost)'; end workers that are stuck, and programs that are none"
            )
        }
        return .ok(.workers, text)
    }

    private func versions(_ call: RollCall) -> Finding {
        guard !call.workers.isEmpty else { return .unknown(.workerVersions, "no worker", how: "start one") }
        let others = call.workers.filter { $0.report.version != WarrenVersion.current }
        guard !others.isEmpty else {
            return .ok(.workerVersions, "all have \(WarrenVersion.current), as this program has")
        }
        let names = others.map {
            "\(Self.name($0)): \($0.report.version ?? "does not say")"
        }
        return .warning(
            .workerVersions,
            "this program has \(WarrenVersion.current); \(names.joined(separator: ", "))",
            fix: "drain those workers (SIGTERM), and start them again with this version"
        )
    }

    private func clocks(_ call: RollCall) -> Finding {
        let measured = call.workers.filter { $0.clockAhead != nil }
        guard !measured.isEmpty else {
            return .unknown(.clocks, "no worker says what time it has", how: "start one of this version")
        }
        let skewed = measured.filter { $0.skew > 1 }
        guard !skewed.isEmpty else {
            let most = measured.map { abs($0.clockAhead ?? 0) + $0.clockError }.max() ?? 0
            return .ok(.clocks, "all workers' are within \(Rendering.seconds(most)) of this machine's")
        }
        let names = skewed.map { worker in
            let ahead = worker.clockAhead ?? 0
            let error = Rendering.seconds(worker.clockError)
            return
                "\(Self.name(worker)): \(Rendering.seconds(abs(ahead))) \(ahead > 0 ? "ahead" : "behind") (± \(error))"
        }
        return .warning(
            .clocks,
            names.joined(separator: ", "),
            fix: "let these machines, or this one, keep time by NTP (timedatectl set-ntp true)"
        )
    }

    private static func name(_ worker: WorkerSighting) -> String {
        printable("\(worker.report.worker) on \(worker.report.host)")
    }
}
