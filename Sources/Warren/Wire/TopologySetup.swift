package import AMQP

/// Declares what pools need, for accounts that may not: `warren setup`.
package enum TopologySetup {
    package struct Outcome: Sendable {
        package let item: TopologyItem
        /// Whether it was there before.
        package let wasThere: Bool
    }

    /// Declares what is missing, in order, and makes sure that the rest is as it should be.
    ///
    /// - Throws: ``AMQPError`` for the first that the broker refuses, with the next step; what came before it stays.
    package static func perform(_ pools: [Pool], at endpoint: AMQPEndpoint) async throws -> [Outcome] {
        let result: Result<[Outcome], AMQPError> = await withCheckedContinuation { continuation in
            Thread.start("warren-setup") {
                continuation.resume(returning: Result { () throws(AMQPError) in try run(pools, endpoint) })
            }
        }
        return try result.mapError(AccountRole.operator.explain).get()
    }

    private static func run(_ pools: [Pool], _ endpoint: AMQPEndpoint) throws(AMQPError) -> [Outcome] {
        var session = try Session.open(to: endpoint, name: "warren setup")
        var outcomes: [Outcome] = []
        for item in Topology.shared + pools.map(Topology.workQueue) {
            let wasThere = try isThere(item, &session)
            do throws(AMQPError) {
                try session.attempt { session throws(AMQPError) in try item.declare(on: session) }
            } catch  where error.code == .mismatch {
                throw AMQPError(.mismatch, "\(error.message)\n\(item.remedy(on: endpoint.vhost))")
            } catch  where error.refusal?.kind == .queue && error.refusal?.permission == .configure {
                throw try precise(error, item, &session)
            }
            outcomes.append(Outcome(item: item, wasThere: wasThere))
        }
        session.close()
        return outcomes
    }

    private static func isThere(_ item: TopologyItem, _ session: inout Session) throws(AMQPError) -> Bool {
        do throws(AMQPError) {
            try session.attempt { session throws(AMQPError) in try item.find(on: session) }
            return true
        } catch  where error.code == .notFound {
            return false
        }
    }

    /// A queue with dead letters is declared by those only who may read from it as well. RabbitMQ 3.10 does not say which
    /// of the two rights is missing: if the one to read is, that is what it was.
    private static func precise(
        _ error: AMQPError,
        _ item: TopologyItem,
        _ session: inout Session
    ) throws(AMQPError) -> AMQPError {
        guard item.name != WireNames.deadQueue else { return error }
        do throws(AMQPError) {
            try session.attempt { session throws(AMQPError) in try session.checkReading(item.name) }
            return error
        } catch  where error.refusal != nil {
            return error
        }
    }
}

extension TopologyItem {
    /// What an operator does about one that somebody has declared otherwise.
    package func remedy(on vhost: String) -> String {
        switch kind {
        case .exchange:
            """
            Remove the exchange \(name) on the page “Exchanges” of the management plugin and run “warren setup” again, or \
            give Warren a virtual host of its own: rabbitmqctl add_vhost warren
            """
        case .queue:
            """
            Let the jobs that use it end, remove it, and run “warren setup” again: \
            rabbitmqctl -p '\(vhost)' delete_queue '\(name)'. What is in it is lost
            """
        }
    }
}
