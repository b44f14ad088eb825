import AMQP
import Warren

/// Alarms, and how far they are.
extension Diagnosis {
    var resources: [Finding] { [alarms, memory, disk] }

    private static let alarmFix =
        "rabbitmq-diagnostics alarms; free memory or disk on the broker's machine, or raise vm_memory_high_watermark or lower disk_free_limit"

    /// A client is told of an alarm when it publishes, and the roll-call was published.
    private var alarms: Finding {
        if case .success(let call) = examination.call, let reason = call.blocked {
            return .problem(.alarms, "the broker takes nothing: \(reason)", fix: Self.alarmFix)
        }
        if let nodes = examination.facts.nodes.value {
            let raised = nodes.flatMap { node in
                [
                    node.memoryAlarm == true ? "memory on \(node.name)" : nil,
                    node.diskAlarm == true ? "disk on \(node.name)" : nil,
                ].compactMap(\.self)
            }
            guard raised.isEmpty else {
                return .problem(
                    .alarms,
                    "raised for \(raised.joined(separator: ", "))",
                    fix: Self.alarmFix
                )
            }
            return .ok(.alarms, "none")
        }
        switch examination.call {
        case .success: return .ok(.alarms, "none: the broker takes messages")
        case .failure(let error): return .unknown(.alarms, error.message, how: howToAsk(error))
        }
    }

    private var memory: Finding {
        examination.facts.nodes.finding(.memory) { nodes in
            headroom(.memory, nodes, "lower what else runs there, or raise vm_memory_high_watermark") {
                node in
                guard let used = node.memoryUsed, let limit = node.memoryLimit, limit > 0 else { return nil }
                let text = "\(Rendering.size(used)) of \(Rendering.size(limit)) used on \(node.name)"
                return (text, node.memoryAlarm == true || used >= limit, used > 0.8 * limit)
            }
        }
    }

    private var disk: Finding {
        examination.facts.nodes.finding(.disk) { nodes in
            headroom(.disk, nodes, "free disk space there") { node in
                guard let free = node.diskFree, let limit = node.diskLimit else { return nil }
                let text =
                    "\(Rendering.size(free)) free on \(node.name), and it stops at \(Rendering.size(limit))"
                // A work queue may hold 4 GiB of fragments: with less than one left it is time.
                return (text, node.diskAlarm == true || free <= limit, free - limit < 1_073_741_824)
            }
        }
    }

    /// The worst of the nodes.
    private func headroom(
        _ check: Finding.Check,
        _ nodes: [BrokerFacts.Node],
        _ fix: String,
        _ measure: (BrokerFacts.Node) -> (text: String, isOver: Bool, isNear: Bool)?
    ) -> Finding {
        let running = nodes.filter(\.running)
        let measures = running.compactMap(measure)
        guard !measures.isEmpty, measures.count == running.count else {
            return .unknown(check, "the broker has not counted yet", how: "ask again in five seconds")
        }
        let over = measures.filter(\.isOver).map(\.text)
        if !over.isEmpty { return .problem(check, over.joined(separator: "; "), fix: fix) }
        let near = measures.filter(\.isNear).map(\.text)
        if !near.isEmpty { return .warning(check, near.joined(separator: "; "), fix: fix) }
        return .ok(check, measures.map(\.text).joined(separator: "; "))
    }
}
