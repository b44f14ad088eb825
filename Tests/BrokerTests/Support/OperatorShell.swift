import Foundation
import Synchronization

/// An operator who stays logged in at a broker: an Erlang node beside it, which computes expressions there.
///
/// `rabbitmqctl` costs seconds of processor time for each call on a small machine, and while some tests wait for it
/// others lose their heartbeats; this answers in a millisecond.
final class OperatorShell: Sendable {
    private struct State: Sendable {
        var waiting: [CheckedContinuation<String, any Error>] = []
        var hasEnded = false
    }

    private let process = Process()
    private let input = Pipe()
    private let state = Mutex(State())

    /// Reads an expression a line and writes `ok RESULT` or `error REASON`, a line each.
    private static let program = """
        Node = list_to_atom(os:getenv("RABBITMQ_NODENAME")),
        Answer = fun(Line) ->
            try
                {ok, Tokens, _} = erl_scan:string(Line),
                {ok, Expressions} = erl_parse:parse_exprs(Tokens),
                case rpc:call(Node, erl_eval, exprs, [Expressions, []], 30000) of
                    {value, Value, _} -> ["ok ", Value];
                    Other -> ["error ", io_lib:format("~0p", [Other])]
                end
            catch _:Reason -> ["error ", io_lib:format("~0p", [Reason])]
            end
        end,
        Loop = fun(Again) ->
            case io:get_line("") of
                Line when is_list(Line) -> io:format("~ts~n", [Answer(Line)]), Again(Again);
                _ -> halt(0)
            end
        end,
        Loop(Loop).
        """

    /// - Parameter environment: That of the broker's own tools: its name, its port mapper, the home with its cookie.
    init(environment: [String: String]) throws {
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "erl", "-noshell", "-hidden", "-sname", "operator-\(UInt32.random(in: .min ... .max))@localhost",
            "-kernel", "inet_dist_use_interface", "{127,0,0,1}", "-eval", Self.program,
        ]
        process.environment = environment
        process.standardInput = input
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        Thread.detachNewThread { [self] in
            var rest: [UInt8] = []
            while case let bytes = output.fileHandleForReading.availableData, !bytes.isEmpty {
                rest += bytes
                while let newline = rest.firstIndex(of: UInt8(ascii: "\n")) {
                    answer(String(decoding: rest[..<newline], as: UTF8.self))
                    rest.removeFirst(newline + 1)
                }
            }
            end()
        }
    }

    deinit { process.terminate() }

    /// Computes an expression at the broker, whose value is text.
    func evaluate(_ expression: String) async throws -> String {
        let line = expression.split(separator: "\n").joined(separator: " ") + "\n"
        let answer = try await withCheckedThrowingContinuation {
            (continuation: CheckedContinuation<String, any Error>) in
            state.withLock { state in
                guard !state.hasEnded else { return continuation.resume(throwing: Self.gone) }
                // In one step, so that answers come in the order of those who wait.
                state.waiting.append(continuation)
                input.fileHandleForWriting.write(Data(line.utf8))
            }
        }
        guard answer.hasPrefix("ok ") else { throw TestFailure("the broker answers \(answer) to \(line)") }
        return String(answer.dropFirst(3))
    }

    private func answer(_ line: String) {
        state.withLock { $0.waiting.isEmpty ? nil : $0.waiting.removeFirst() }?.resume(returning: line)
    }

    private func end() {
        let waiting = state.withLock { state in
            state.hasEnded = true
            return state.waiting
        }
        for continuation in waiting { continuation.resume(throwing: Self.gone) }
    }

    private static let gone = TestFailure("the operator's Erlang node has ended")
}
