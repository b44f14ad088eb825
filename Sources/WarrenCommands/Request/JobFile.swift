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
    private(set) var kind: JobKind
    /// File and line of the kind, for errors.
    private(set) var kindPlace = ""
    private(set) var input: [String] = []
    private(set) var parameters: [(name: String, value: JSONValue, place: String)] = []
    private(set) var pool: String?
    private(set) var retries: Int?
    private(set) var fragmentSize: UInt64?
    private(set) var window: Int?

    private static let keys = ["kind", "input", "parameters", "pool", "retries", "fragment-size", "window"]

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
        self.kind = ""
        for (key, value) in mapping { try take(key, value) }
        guard mapping["kind"] != nil else { throw WarrenError(.usage, "\(path):1: kind is missing") }
    }

    private mutating func take(_ key: Node, _ value: Node) throws {
        switch key.string {
        case "kind":
            kind = JobKind(rawValue: try text(value, for: "kind"))
            kindPlace = place(value)
        case "pool": pool = try text(value, for: "pool")
        case "retries": retries = try number(value, for: "retries", from: 0)
        case "window": window = try number(value, for: "window", from: 1)
        case "fragment-size": fragmentSize = UInt64(try number(value, for: "fragment-size", from: 1))
        case "input":
            let items = value.sequence.map { Array($0) } ?? [value]
            input = try items.map { try resolve(text($0, for: "input")) }
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
        case let other:
            throw refused(
                key,
                "“\(other ?? "?")” is no key of a job file; it has \(Self.keys.joined(separator: ", "))"
            )
        }
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
