import Foundation
import Subprocess
import Warren

@testable import WarrenCommands

#if canImport(System)
    import System
#else
    import SystemPackage
#endif

/// What an operator does.
extension TestBroker {
    /// Runs `rabbitmqctl` against this broker; returns its output. Costs a second or more.
    @discardableResult
    func control(_ arguments: String...) async throws -> String {
        let environment = try privateBroker.controlEnvironment() ?? [:]
        let installation = try RabbitMQInstallation(
            directory: nil,
            environment: ProcessInfo.processInfo.environment
        )
        let result = try await run(
            .path(FilePath(installation.control)),
            arguments: Arguments(["--quiet"] + arguments),
            environment: .custom(
                Dictionary(uniqueKeysWithValues: environment.map { (.init(stringLiteral: $0.key), $0.value) })
            ),
            output: .string(limit: 1 << 20),
            error: .string(limit: 1 << 20)
        )
        guard result.terminationStatus.isSuccess else {
            let reason = result.standardError + result.standardOutput
            throw TestFailure("rabbitmqctl \(arguments.joined(separator: " ")): \(reason)")
        }
        return result.standardOutput
    }

    /// The connections that are open now.
    func connections() async throws -> [BrokerConnection] {
        try await evaluate(
            """
            [#{pid => list_to_binary(rabbit_misc:pid_to_string(Pid)), name => Name(Properties)}
             || [{pid, Pid}, {client_properties, Properties}] <- Connections()]
            """
        )
    }

    /// Closes every connection whose name contains one of the texts, as an operator would, all in one go; returns
    /// how many there were.
    @discardableResult
    func closeConnections(named texts: String...) async throws -> Int {
        let patterns = texts.map { "<<\"\($0)\">>" }.joined(separator: ", ")
        return try await evaluate(
            """
            length([rabbit_networking:close_connection(Pid, "closed by a test")
             || [{pid, Pid}, {client_properties, Properties}] <- Connections(),
                binary:match(Name(Properties), [\(patterns)]) =/= nomatch])
            """
        )
    }

    /// All queues of the virtual host `/`, by name. The figures are those of this moment: what `list_queues` says
    /// of a quorum queue is up to 5 s old. A queue that cannot answer, since it is just being declared or removed,
    /// is left out: whoever waits for it asks again.
    func queues() async throws -> [String: BrokerQueue] {
        let queues: [BrokerQueue] = try await evaluate(
            """
            lists:append([
              case catch case amqqueue:get_type(Queue) of
                rabbit_quorum_queue ->
                  {ok, Overview, _} = ra:consistent_query(amqqueue:get_pid(Queue), fun rabbit_fifo:overview/1),
                  [maps:get(Key, Overview) || Key <- [num_ready_messages, num_checked_out, num_consumers]]
                    ++ [maps:get(enqueue_message_bytes, Overview) + maps:get(checkout_message_bytes, Overview)];
                _ ->
                  [Value || {_, Value} <-
                    rabbit_amqqueue:info(Queue, [messages_ready, messages_unacknowledged, consumers, message_bytes])]
              end of
                [Ready, Unacknowledged, Consumers, Bytes] when is_integer(Ready) ->
                  [#{name => element(4, amqqueue:get_name(Queue)), ready => Ready,
                    unacknowledged => Unacknowledged, consumers => Consumers, bytes => Bytes}];
                _ -> []
              end || Queue <- rabbit_amqqueue:list(<<"/">>)])
            """
        )
        return Dictionary(uniqueKeysWithValues: queues.map { ($0.name, $0) })
    }

    /// The routing key at which the one requester that there is gets its answers.
    func replyAddress() async throws -> String {
        let keys: [String] = try await evaluate(
            """
            [Key || {binding, {resource, _, exchange, <<"warren.replies">>}, Key, _, _}
             <- rabbit_binding:list(<<"/">>)]
            """
        )
        guard keys.count == 1 else { throw TestFailure("there are \(keys.count) requesters, not one") }
        return keys[0]
    }

    /// Throws away what waits in the queue; what consumers hold stays.
    func purge(queue: String) async throws {
        try await control("purge_queue", queue)
    }

    /// Declares a durable quorum queue.
    func declare(queue: String) async throws {
        let _: Bool = try await evaluate(
            """
            begin
              rabbit_amqqueue:declare(rabbit_misc:r(<<"/">>, queue, <<"\(queue)">>), true, false,
                [{<<"x-queue-type">>, longstr, <<"quorum">>}], none, <<"test">>),
              true
            end
            """
        )
    }

    /// Makes a user who may do everything in a new virtual host, and nothing elsewhere.
    func create(user: String, password: String, vhost: String) async throws {
        let _: Bool = try await evaluate(
            """
            begin
              ok = rabbit_vhost:add(<<"\(vhost)">>, <<"test">>),
              ok = rabbit_auth_backend_internal:add_user(<<"\(user)">>, <<"\(password)">>, <<"test">>),
              ok = rabbit_auth_backend_internal:set_permissions(
                <<"\(user)">>, <<"\(vhost)">>, <<".*">>, <<".*">>, <<".*">>, <<"test">>),
              true
            end
            """
        )
    }

    /// The value of an Erlang expression, computed by the broker, as JSON.
    func evaluate<Value: Decodable>(_ expression: String) async throws -> Value {
        let json = try await shell.get().evaluate(
            """
            Connections = fun() -> rabbit_networking:connection_info_all([pid, client_properties]) end,
            Name = fun(Properties) when is_list(Properties) ->
                case lists:keyfind(<<"connection_name">>, 1, Properties) of
                  {_, _, Value} -> Value;
                  false -> <<>>
                end;
              (_) -> <<>>
            end,
            rabbit_json:encode(\(expression)).
            """
        )
        return try JSONCoding.decode(Value.self, from: Array(json.utf8))
    }
}
