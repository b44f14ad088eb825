import Warren
import Yams

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A job file: YAML that names a kind, its input, its parameters and its options.
///
/// Everything in it that is not understood is refused, with the line that it stands on.
struct JobFile {
    let path: String
    /// Nil if the job is a command.
    private(set) var kind: JobKind?
    /// File and line of the kind, for errors.
    private(set) var kindPlace = ""
    private(set) var input: [String] = []
    private(set) var parameters: [(name: String, value: JSONValue, place: String)] = []
    private(set) var pool: String?
    /// What it says of a command; without one, `map` is empty.
    private(set) var command = CommandRequest.Wish()
    private(set) var timeLimit: TimeLimit?
    private(set) var onFailure: LedgerPolicy.OnFailure?
    private(set) var retries: Int?
    private(set) var crashRetries: Int?
    private(set) var timeoutRetries: Int?
    private(set) var memoryRetries: Int?
    private(set) var fragmentSize: UInt64?
    private(set) var window: Int?
    private(set) var weight: Int?
    private(set) var backups: Bool?
    private(set) var isInline = false

    private static let keys = [
        "kind", "input", "parameters", "pool", "timeout", "on-failure", "retries", "crash-retries",
        "timeout-retries", "memory-retries", "fragment-size", "window", "weight",
        "backups", "inline",
    ]
    private static let commandKeys = [
        "map", "combine", "reduce", "items", "range", "shell", "env", "chdir", "success", "keep-order", "tag",
    ]

    /// - Throws: ``WarrenError/Code/input`` if the file cannot be read, ``WarrenError/Code/usage`` with file,
    ///   line and what was expected if it makes no sense.
    init(path: String) throws {
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw WarrenError(.input, "cannot read the job file \(path): \(Self.reason(error))")
        }
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch let error as YamlError {
            throw WarrenError(.usage, "\(path) is no YAML: \(error)")
        }
        guard let root, let mapping = root.mapping else {
            throw WarrenError(
                .usage,
                "\(path):1: a job file is a mapping with the keys \(Self.keys.joined(separator: ", "))"
            )
        }
        self.path = path
        for (key, value) in mapping { try take(key, value) }
        guard kind != nil || !command.map.isEmpty else {
            throw WarrenError(.usage, "\(path):1: kind is missing, or map if the job is a command")
        }
        guard kind == nil || !mapping.keys.contains(where: { Self.commandKeys.contains($0.string ?? "") })
        else {
            throw WarrenError(.usage, "\(kindPlace): a job is of a kind or a command (map), not both")
        }
        guard command.map.isEmpty || parameters.isEmpty else {
            throw WarrenError(
                .usage,
                "\(parameters[0].place): a command has no parameters; write them into map"
            )
        }
        command.input = input
    }

    private mutating func take(_ key: Node, _ value: Node) throws {
        switch key.string {
        case "kind":
            kind = JobKind(rawValue: try text(value, for: "kind"))
            kindPlace = place(value)
        case "pool": pool = try text(value, for: "pool")
        case "timeout":
            guard let limit = TimeLimit(argument: try text(value, for: "timeout")) else {
                throw refused(
                    value,
                    "timeout takes a time, as in 90s, 10m or 2h, not “\(value.string ?? "")”"
                )
            }
            timeLimit = limit
        case "on-failure":
            guard let wanted = LedgerPolicy.OnFailure(rawValue: try text(value, for: "on-failure")) else {
                throw refused(value, "on-failure takes stop or skip, not “\(value.string ?? "")”")
            }
            onFailure = wanted
        case "retries": retries = try number(value, for: "retries", from: 0)
        case "crash-retries": crashRetries = try number(value, for: "crash-retries", from: 0)
        case "timeout-retries": timeoutRetries = try number(value, for: "timeout-retries", from: 0)
        case "memory-retries": memoryRetries = try number(value, for: "memory-retries", from: 0)
        case "window": window = try number(value, for: "window", from: 1)
        case "weight":
            weight = try number(value, for: "weight", from: 1)
            if weight ?? 1 > 1000 { throw refused(value, "weight takes a whole number from 1 to 1000") }
        case "backups":
            guard let flag = value.bool else { throw refused(value, "backups takes true or false") }
            backups = flag
        case "inline":
            guard let flag = value.bool else { throw refused(value, "inline takes true or false") }
            isInline = flag
        case "fragment-size": fragmentSize = UInt64(try number(value, for: "fragment-size", from: 1))
        case "input":
            input = try texts(value, for: "input").map(resolve)
        case "parameters":
            // Nothing but comments below it is an empty mapping.
            if value.null != nil { return }
            guard let entries = value.mapping else {
                throw refused(value, "parameters takes names with values")
            }
            for (name, value) in entries {
                guard let name = name.string else { throw refused(value, "a parameter's name is text") }
                parameters.append((name, JSONValue(value), place(value)))
            }
        case let name where Self.commandKeys.contains(name ?? ""): try takeCommand(name ?? "", value)
        case let other:
            throw refused(
                key,
                """
                “\(other ?? "?")” is no key of a job file; it has \(Self.keys.joined(separator: ", ")), and for a \
                command \(Self.commandKeys.joined(separator: ", "))
                """
            )
        }
    }

    private mutating func takeCommand(_ name: String, _ value: Node) throws {
        switch name {
        case "map": command.map = try text(value, for: name)
        case "combine": command.combine = try text(value, for: name)
        case "reduce": command.reduce = try text(value, for: name)
        case "items": command.items = try texts(value, for: name).map(resolve)
        case "range": command.range = try text(value, for: name)
        case "chdir": command.directory = resolve(try text(value, for: name))
        case "success":
            command.success = try texts(value, for: name).joined(separator: ",")
        case "env":
            guard let entries = value.mapping else { throw refused(value, "env takes names with values") }
            command.environment = try entries.map { name, value in
                "\(try text(name, for: "env"))=\(value.scalar?.string ?? "")"
            }
        default:
            guard let flag = value.bool else { throw refused(value, "\(name) takes true or false") }
            switch name {
            case "shell": command.usesShell = flag
            case "keep-order": command.keepsOrder = flag
            default: command.isTagged = flag
            }
        }
    }

    private func texts(_ value: Node, for key: String) throws -> [String] {
        try (value.sequence.map { Array($0) } ?? [value]).map { try text($0, for: key) }
    }

    /// Paths in a job file are relative to the file, so that it means the same from wherever it is used.
    private func resolve(_ input: String) -> String {
        guard input != "-", !input.hasPrefix("/"), let slash = path.lastIndex(of: "/") else { return input }
        return path[...slash] + input
    }

    private func text(_ node: Node, for key: String) throws -> String {
        guard let text = node.scalar?.string, !text.isEmpty else { throw refused(node, "\(key) takes text") }
        return text
    }

    private func number(_ node: Node, for key: String, from least: Int) throws -> Int {
        guard let number = node.int, number >= least else {
            let found = node.scalar.map { "“\($0.string)”" } ?? "this"
            throw refused(node, "\(key) takes a whole number of at least \(least), not \(found)")
        }
        return number
    }

    private func refused(_ node: Node, _ message: String) -> WarrenError {
        WarrenError(.usage, "\(place(node)): \(message)")
    }

    private func place(_ node: Node) -> String { "\(path):\(node.mark?.line ?? 1)" }

    private static func reason(_ error: any Error) -> String {
        (error as? CocoaError)?.code == .fileReadNoSuchFile ? "no such file" : "\(error)"
    }
}

extension JSONValue {
    /// What YAML means by a node: a quoted scalar is text, whatever it looks like.
    init(_ node: Node) {
        switch node {
        case .mapping(let mapping):
            var object: [String: JSONValue] = [:]
            for (key, value) in mapping { object[key.string ?? ""] = JSONValue(value) }
            self = .object(object)
        case .sequence(let sequence): self = .array(sequence.map { JSONValue($0) })
        case .scalar(let scalar) where scalar.style != .plain && scalar.style != .any:
            self = .string(scalar.string)
        case .scalar(let scalar):
            if node.null != nil {
                self = .null
            } else if let value = node.bool {
                self = .bool(value)
            } else if let value = node.int {
                self = .integer(Int64(value))
            } else if let value = UInt64(scalar.string) {
                self = .unsigned(value)
            } else if let value = node.float {
                self = .number(value)
            } else {
                self = .string(scalar.string)
            }
        case .alias: self = .null
        }
    }
}
