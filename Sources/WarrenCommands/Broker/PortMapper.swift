/// The Erlang port mapper (epmd) of one private broker.
///
/// Every Erlang node registers with one. It is a daemon that the node starts and never ends, so Warren gives each
/// private broker a port mapper of its own, on a port of its own, and ends it together with the node.
///
/// The protocol: <https://www.erlang.org/doc/apps/erts/erl_dist_protocol.html>
struct PortMapper: Sendable {
    let port: UInt16

    /// Names (without host) of the nodes that are registered now; nil if no port mapper answers.
    func names() -> [String]? {
        guard let socket = LoopbackSocket(port: port) else { return nil }
        socket.send([0, 1, UInt8(ascii: "n")])
        let answer = socket.receive(limit: 64 << 10)
        // Four bytes repeat the port, then a line for each node: "name X at port N".
        guard answer.count >= 4 else { return nil }
        return String(decoding: answer.dropFirst(4), as: UTF8.self)
            .split(separator: "\n")
            .compactMap { line in
                let words = line.split(separator: " ")
                return words.count > 1 && words[0] == "name" ? String(words[1]) : nil
            }
    }

    /// Ends it, unless it serves others than `node` and the command-line tools that talk to it: then the broker
    /// of another home has been given this port since, and it is not ours.
    func end(servingOnly node: String) {
        guard let names = names() else { return }
        guard names.allSatisfy({ $0 == node || $0.hasPrefix("rabbitmqcli") }) else { return }
        guard let socket = LoopbackSocket(port: port) else { return }
        socket.send([0, 1, UInt8(ascii: "k")])
        // It says "OK" and exits; once the connection closes, the port is free.
        _ = socket.receive(limit: 16)
    }
}
