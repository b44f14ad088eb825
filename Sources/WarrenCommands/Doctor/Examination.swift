import AMQP
import Warren

/// All that was found out about a broker, before anybody judges it.
struct Examination: Sendable {
    let endpoint: AMQPEndpoint
    let pool: Pool
    /// The one that the account is for; nil if it may be for any.
    let role: AccountRole?
    /// How long an attempt may take in the jobs that are to run.
    let timeLimit: Duration?

    var probe: Result<BrokerProbe, AMQPError>
    var call: Result<RollCall, AMQPError>
    var facts: BrokerFacts

    /// What a message with the largest parameters and a body that is not fetched in parts may take, in bytes.
    static let largestMessage = 512 << 10

    /// Looks at everything there is to see. Costs a second, and three with a private broker.
    static func perform(
        _ endpoint: AMQPEndpoint,
        pool: Pool,
        role: AccountRole?,
        timeLimit: Duration?,
        management: ManagementAddress?
    ) async -> Examination {
        let nothing = BrokerFacts.unknown(why: "the broker was not reached", how: "see above")
        let unasked = AMQPError(.closed, "the broker was not reached")
        var examination = Examination(
            endpoint: endpoint,
            pool: pool,
            role: role,
            timeLimit: timeLimit,
            probe: .failure(unasked),
            call: .failure(unasked),
            facts: nothing
        )
        do throws(AMQPError) {
            let roles = role.map { [$0] } ?? AccountRole.allCases
            examination.probe = .success(try await BrokerProbe.perform(endpoint, pool: pool, roles: roles))
        } catch {
            examination.probe = .failure(error)
            return examination
        }
        examination.call = await examination.rollCall()
        examination.facts = await facts(endpoint, pool, management)
        await examination.measureLargestMessage()
        return examination
    }

    /// Asking would declare the exchanges; where they are not, nobody listens.
    private func rollCall() async -> Result<RollCall, AMQPError> {
        let missing = (try? probe.get().items)?.first { item, state in
            if case (.exchange, .missing) = (item.kind, state) { true } else { false }
        }
        if let missing { return .failure(AMQPError(.notFound, "the \(missing.item) is not there")) }
        do {
            return .success(try await RollCall.take(of: endpoint, as: "warren doctor"))
        } catch {
            return .failure(error as? AMQPError ?? AMQPError(.connectionLost, "\(error)"))
        }
    }

    private static func facts(
        _ endpoint: AMQPEndpoint,
        _ pool: Pool,
        _ management: ManagementAddress?
    ) async -> BrokerFacts {
        if let management {
            return await ManagementAPI(address: management).facts(vhost: endpoint.vhost, pool: pool)
        }
        let broker = PrivateBroker(home: WarrenHome())
        if case .running(_, let address)? = try? broker.status(), Int(address.port) == endpoint.port,
            ["127.0.0.1", "localhost", "::1"].contains(endpoint.host)
        {
            return await ControlTool(broker: broker).facts(vhost: endpoint.vhost, pool: pool)
        }
        return .unknown(
            why: "a broker tells that to its operators only",
            how:
                "give --management http://user:password@\(endpoint.host):15672, with the management plugin on"
        )
    }

    /// Sends a large message to nobody, unless the limit is known, or nobody could send anything.
    private mutating func measureLargestMessage() async {
        guard facts.largestMessage.value == nil, case .success(let call) = call, call.blocked == nil else {
            return
        }
        do throws(AMQPError) {
            let size = Self.largestMessage
            facts.largestMessage = .known(
                try await BrokerProbe.largestMessage(upTo: size, at: endpoint) ?? size
            )
        } catch {
            facts.largestMessage = .unknown(why: "trying failed: \(error)", how: "see the other findings")
        }
    }
}
