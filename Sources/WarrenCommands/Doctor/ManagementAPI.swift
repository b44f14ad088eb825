import AMQP
import Subprocess
import Warren

#if canImport(System)
    import System
#else
    import SystemPackage
#endif

/// Asks a broker's management plugin over HTTP, through the program `curl`.
///
/// The program rather than its library: that would come with a dozen others into every worker's memory, for a command that
/// is called now and then.
struct ManagementAPI {
    let address: ManagementAddress

    /// A failure is told in the facts. Costs four requests.
    func facts(vhost: String, pool: Pool) async -> BrokerFacts {
        let silent = "the management API does not say"
        let ask = "on the broker's machine: rabbitmqctl eval 'application:get_env(rabbit, "
        let path = "queues/\(Self.escaped(vhost))/\(Self.escaped(pool.queue.description))"
        return BrokerFacts(
            nodes: await get("nodes", tag: "monitoring"),
            flags: await get("feature-flags", tag: "administrator"),
            workQueue: await get(path, tag: "management"),
            consumerTimeout: .unknown(why: silent, how: ask + "consumer_timeout).'"),
            largestMessage: .unknown(why: silent, how: ask + "max_message_size).'")
        )
    }

    private func get<Value: Decodable & Sendable>(_ path: String, tag: String) async -> Fact<Value> {
        let url = "\(address)/api/\(path)"
        do {
            let (status, body) = try await fetch(url)
            switch status {
            case 200: return .known(try JSONCoding.decode(Value.self, from: body))
            case 401, 403:
                return .unknown(
                    why: "\(url) is not for the user “\(address.user)” (HTTP \(status))",
                    how: "give one in --management that may: rabbitmqctl set_user_tags \(address.user) \(tag)"
                )
            case 404:
                return .unknown(
                    why: "\(url) is not there (HTTP 404)",
                    how: "run “warren setup”, then this again"
                )
            default:
                return .unknown(why: "\(url) answers HTTP \(status)", how: "look at the broker's log")
            }
        } catch {
            return .unknown(
                why: "\(url) does not answer: \(error)",
                how: """
                    turn the plugin on (rabbitmq-plugins enable rabbitmq_management), name its port in --management, and \
                    have the program curl on PATH
                    """
            )
        }
    }

    /// The password goes through standard input, so that nobody sees it in the list of processes.
    private func fetch(_ url: String) async throws -> (status: Int, body: [UInt8]) {
        let account = "\(address.user):\(address.password)"
            .replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        let result = try await run(
            .name("curl"),
            arguments: [
                "--silent", "--show-error", "--globoff", "--max-time", "10", "--write-out", "\n%{http_code}",
                "--config", "-", url,
            ],
            input: .string("user = \"\(account)\"\n"),
            output: .bytes(limit: 32 << 20),
            error: .string(limit: 1 << 16)
        )
        let output = result.standardOutput
        guard result.terminationStatus.isSuccess, let newline = output.lastIndex(of: UInt8(ascii: "\n")),
            let status = Int(String(decoding: output[(newline + 1)...], as: UTF8.self))
        else {
            throw WarrenError(
                .job,
                result.standardError.split(separator: "\n").first.map(String.init) ?? "curl failed"
            )
        }
        return (status, Array(output[..<newline]))
    }

    /// As a part of a path.
    private static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            let character = Character(UnicodeScalar(byte))
            let isPlain =
                character.isASCII && (character.isLetter || character.isNumber || "-_.".contains(character))
            let hex = String(byte, radix: 16, uppercase: true)
            return isPlain ? String(character) : "%" + (hex.count < 2 ? "0" : "") + hex
        }.joined()
    }
}
