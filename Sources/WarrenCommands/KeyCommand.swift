import ArgumentParser
import Warren

/// `warren key`: the secrets with which messages are signed.
struct KeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Makes keys for signed messages, and lists those of a file.",
        discussion: """
            Give submitters and workers the same file with --key-file or WARREN_KEY_FILE: then neither accepts what is not \
            signed with one of its keys. The first key of a file signs, all of them are accepted.
            """,
        subcommands: [Create.self, Add.self, List.self]
    )

    struct Create: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Writes a new file with one key.")

        @Argument(help: ArgumentHelp("The file to write.", valueName: "file")) var path: String

        func run() throws { print(try KeyFile.create(path).name) }
    }

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Adds a key to a file, which is accepted from now on and does not sign yet."
        )

        @Argument(help: ArgumentHelp("The file to add to.", valueName: "file")) var path: String

        func run() throws { print(try KeyFile.add(to: path).name) }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the keys of a file by name.")

        @Argument(help: ArgumentHelp("The file to read.", valueName: "file")) var path: String

        func run() throws {
            for (number, key) in try KeyFile.read(path).keys.enumerated() {
                print(number == 0 ? "\(key.name)  signs" : "\(key.name)  accepted")
            }
        }
    }
}
