import AMQP
import Subprocess
import Warren

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

#if canImport(System)
    import System
#else
    import SystemPackage
#endif

/// Asks a private broker through `rabbitmqctl`, which knows everything, and only reaches nodes of one's own.
struct ControlTool {
    let broker: PrivateBroker

    /// Costs a second or two, most of it the start of an Erlang node. A failure is told in the facts.
    func facts(vhost: String, pool: Pool) async -> BrokerFacts {
        do {
            let json = try await evaluate(Self.expression(vhost: vhost, queue: pool.queue.bytes))
            let answer = try JSONCoding.decode(Answer.self, from: json)
            return BrokerFacts(
                nodes: .known(answer.nodes),
                flags: .known(answer.flags),
                workQueue: answer.queue.map { .known($0) }
                    ?? .unknown(why: "the queue is not there yet", how: "run “warren setup”, then this again"),
                consumerTimeout: .known(answer.timeout),
                largestMessage: .known(answer.largest)
            )
        } catch {
            return .unknown(
                why: "rabbitmqctl tells nothing about the private broker: \(error)",
                how: "try “warren broker status”; or give --management"
            )
        }
    }

    private struct Answer: Decodable {
        let nodes: [BrokerFacts.Node]
        let flags: [BrokerFacts.FeatureFlag]
        let queue: BrokerFacts.Queue?
        let timeout: Int
        let largest: Int
    }

    /// What it prints is an Erlang term; base 64 inside of it needs no unescaping.
    private func evaluate(_ expression: String) async throws -> [UInt8] {
        let environment = try broker.controlEnvironment() ?? [:]
        let installation = try RabbitMQInstallation(
            directory: nil,
            environment: ProcessInfo.processInfo.environment
        )
        let result = try await run(
            .path(FilePath(installation.control)),
            arguments: ["--quiet", "eval", expression],
            environment: .custom(
                Dictionary(uniqueKeysWithValues: environment.map { (.init(stringLiteral: $0.key), $0.value) })
            ),
            output: .string(limit: 4 << 20),
            error: .string(limit: 1 << 20)
        )
        let quoted = result.standardOutput.split(separator: "\"")
        guard result.terminationStatus.isSuccess, quoted.count == 3,
            let data = Data(base64Encoded: String(quoted[1]))
        else {
            let said = result.standardError + result.standardOutput
            throw WarrenError(.job, said.split(separator: "\n").first.map(String.init) ?? "it says nothing")
        }
        return Array(data)
    }

    /// Written so that RabbitMQ 3.10 and 4 understand it; in the words of the management API.
    private static func expression(vhost: String, queue: [UInt8]) -> String {
        """
        begin
          Number = fun(V) when is_integer(V) -> V; (_) -> null end,
          Setting = fun(Name) -> case application:get_env(rabbit, Name) of {ok, V} when is_integer(V) -> V; _ -> 0 end end,
          Alarms = rabbit_alarm:get_alarms(),
          IsOn = fun(What) -> [1 || {{resource_limit, W, _}, _} <- Alarms, W =:= What] =/= [] end,
          Name = rabbit_misc:r(\(binary(Array(vhost.utf8))), queue, \(binary(queue))),
          Queue = case rabbit_amqqueue:lookup(Name) of
            {ok, Q} -> #{
              arguments => maps:from_list([{K, V} || {K, _, V} <- amqqueue:get_arguments(Q)]),
              effective_policy_definition => case rabbit_policy:effective_definition(Q) of
                undefined -> #{}; Policy -> maps:from_list(Policy) end};
            _ -> null
          end,
          base64:encode(iolist_to_binary(rabbit_json:encode(#{
            nodes => [#{name => node(), running => true,
              mem_used => Number(vm_memory_monitor:get_process_memory()),
              mem_limit => Number(vm_memory_monitor:get_memory_limit()), mem_alarm => IsOn(memory),
              disk_free => Number(rabbit_disk_monitor:get_disk_free()),
              disk_free_limit => Number(rabbit_disk_monitor:get_disk_free_limit()), disk_free_alarm => IsOn(disk)}],
            flags => [#{name => proplists:get_value(name, F), state => proplists:get_value(state, F),
              stability => proplists:get_value(stability, F)} || F <- rabbit_ff_extra:cli_info()],
            queue => Queue, timeout => Setting(consumer_timeout), largest => Setting(max_message_size)})))
        end.
        """
    }

    private static func binary(_ bytes: [UInt8]) -> String {
        "<<" + bytes.map { String($0) }.joined(separator: ",") + ">>"
    }
}
