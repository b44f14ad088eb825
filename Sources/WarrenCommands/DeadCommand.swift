import AMQP
import ArgumentParser
import Warren

/// `warren dead`: what nobody could make sense of.
struct DeadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dead",
        abstract: "Look at dead letters, send them again, or remove them.",
        subcommands: [List.self, Show.self, Replay.self, Purge.self]
    )

    /// Which letters are meant.
    struct Selection: ParsableArguments {
        @OptionGroup var broker: BrokerOption

        @Argument(help: "Letters, by their number or id as “dead list” shows them.")
        var letters: [String] = []

        /// Calls `body` with those that were named, or all of them, and puts back what it leaves.
        func perform(_ body: (DeadLetterBox, [Delivery]) async throws -> Void) async throws {
            let (box, all) = try await DeadLetterBox.open(at: broker.endpoint())
            do {
                try await body(box, try chosen(of: all))
            } catch {
                await box.close()
                throw error
            }
            await box.close()
        }

        private func chosen(of all: [Delivery]) throws -> [Delivery] {
            guard !letters.isEmpty else { return all }
            return try letters.flatMap { name in
                if let number = Int(name), all.indices.contains(number - 1) { return [all[number - 1]] }
                let found = all.filter { DeadLetter.name(of: $0.message) == name }
                guard !found.isEmpty else {
                    throw WarrenError(.usage, "there is no dead letter “\(name)”; see “warren dead list”")
                }
                return found
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List them, the oldest first.")

        @OptionGroup var selection: Selection

        @Option(help: "The form of the list: text or json.")
        var format: ResultFormat = .text

        private struct Letter: Encodable {
            let number: Int
            let id: String
            let type: String
            let message: String
            let queue: String
            let bytes: Int
            let reason: String
        }

        func run() async throws {
            try await selection.perform { _, letters in
                let letters = letters.enumerated().map { index, letter in
                    Letter(
                        number: index + 1,
                        id: DeadLetter.name(of: letter.message),
                        type: letter.message.type.description,
                        message: letter.message.messageID.description,
                        queue: DeadLetter.queue(of: letter.message),
                        bytes: letter.message.body.count,
                        reason: DeadLetter.reason(of: letter.message)
                    )
                }
                switch format {
                case .json:
                    try OutputFile.writeToStandardOutput(
                        JSONCoding.encodePretty(letters) + [UInt8(ascii: "\n")]
                    )
                case .text: try OutputFile.writeToStandardOutput(Array(Self.text(letters).utf8))
                }
            }
        }

        private static func text(_ letters: [Letter]) -> String {
            guard !letters.isEmpty else { return "no dead letters\n" }
            let rows = letters.map { letter in
                [
                    "\(letter.number)", letter.id, printable(letter.type), printable(letter.message),
                    printable(letter.queue), "\(letter.bytes)", printable(letter.reason),
                ]
            }
            return Table.text([["", "ID", "TYPE", "MESSAGE", "QUEUE", "BYTES", "REASON"]] + rows)
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show all of a letter: properties, headers, body."
        )

        @OptionGroup var selection: Selection

        func run() async throws {
            try await selection.perform { _, letters in
                for letter in letters { try OutputFile.writeToStandardOutput(Self.text(letter.message)) }
            }
        }

        private static func text(_ message: Message) -> [UInt8] {
            var lines = ["id: \(DeadLetter.name(of: message))"]
            for (name, value) in [
                ("type", message.type), ("message-id", message.messageID),
                ("correlation-id", message.correlationID), ("reply-to", message.replyTo),
                ("content-type", message.contentType),
            ] where !value.isEmpty {
                lines.append("\(name): \(printable(value.description))")
            }
            for header in message.headers.entries {
                let value =
                    switch header.value {
                    case .bool(let flag): "\(flag)"
                    case .integer(let number): "\(number)"
                    case .string(let text): printable(String(decoding: text.prefix(1000), as: UTF8.self))
                    }
                lines.append("header \(printable(header.name.description)): \(value)")
            }
            lines.append("body, \(message.body.count) bytes:")
            let body = printable(String(decoding: message.body.prefix(10_000), as: UTF8.self))
            return Array((lines + [body, ""]).joined(separator: "\n").utf8)
        }
    }

    struct Replay: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send letters to the queue on which they were, all of them unless some are named."
        )

        @OptionGroup var selection: Selection

        func run() async throws {
            var standardError = StandardError()
            try await selection.perform { box, letters in
                var sent = 0
                for letter in letters {
                    let name = DeadLetter.name(of: letter.message)
                    guard let pool = DeadLetter.pool(of: letter.message) else {
                        let queue = printable(DeadLetter.queue(of: letter.message))
                        print("\(name) stays: it was on no work queue, but at \(queue)", to: &standardError)
                        continue
                    }
                    if await box.replay(letter, to: pool) {
                        sent += 1
                    } else {
                        print("\(name) stays: pool \(pool) does not take it", to: &standardError)
                    }
                }
                print("\(Rendering.count(sent, "letter")) sent again", to: &standardError)
                if sent < letters.count { throw ExitCode.failure }
            }
        }
    }

    struct Purge: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove letters for good, all of them unless some are named."
        )

        @OptionGroup var selection: Selection

        func run() async throws {
            var standardError = StandardError()
            try await selection.perform { box, letters in
                box.remove(letters)
                print("\(Rendering.count(letters.count, "letter")) removed", to: &standardError)
            }
        }
    }
}
