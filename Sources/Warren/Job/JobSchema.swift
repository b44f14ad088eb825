/// What a job's parameters are called, what they mean, what they default to.
package struct JobSchema: Sendable {
    package struct Entry: Sendable {
        package let name: String
        package let type: String
        package let help: String
        /// Nil for a parameter that must be given.
        package let fallback: JSONValue?
        let check: @Sendable (JSONValue) throws -> Void
        let parse: @Sendable (String) -> JSONValue
    }

    package let kind: JobKind
    package let entries: [Entry]

    package init<J: Job>(_ job: J.Type) throws {
        self.kind = J.kind
        let defaults = J.Parameters()
        guard
            case .object(let values) = try JSONCoding.decode(
                JSONValue.self,
                from: JSONCoding.encode(defaults)
            )
        else {
            throw WarrenError(
                .usage,
                "the parameters of \(J.kind) are no struct: they do not encode as an object"
            )
        }
        self.entries = Mirror(reflecting: defaults).children.compactMap { label, property in
            guard let label else { return nil }
            guard let parameter = property as? any AnyParameter else {
                let value = values[label]
                return Entry(
                    name: label,
                    type: "\(type(of: property))",
                    help: "",
                    fallback: value,
                    check: { _ in },
                    parse: { (try? JSONCoding.decode(JSONValue.self, from: Array($0.utf8))) ?? .string($0) }
                )
            }
            let name = String(label.drop { $0 == "_" })
            let type = type(of: parameter)
            return Entry(
                name: name,
                type: type.typeName,
                help: parameter.help,
                fallback: parameter.isRequired ? nil : values[name],
                check: { try type.check($0) },
                parse: { type.parse($0) }
            )
        }
    }

    /// Checks given values and adds the defaults of the others.
    ///
    /// - Parameter given: Each value with where it was given (`jobs/primes.yaml:4`, `--set below`), for errors.
    /// - Returns: The whole object of parameters as JSON, in which equal parameters are equal bytes.
    /// - Throws: ``WarrenError/Code/usage`` for a name that there is none of, a type that does not fit, or a
    ///   required parameter that is not given.
    package func resolve(_ given: [(name: String, value: JSONValue, place: String)]) throws -> [UInt8] {
        var values: [String: JSONValue] = [:]
        for entry in entries { values[entry.name] = entry.fallback }
        for (name, value, place) in given {
            guard let entry = entries.first(where: { $0.name == name }) else {
                let known =
                    entries.isEmpty ? "it has none" : "it has \(entries.map(\.name).joined(separator: ", "))"
                throw WarrenError(.usage, "\(place): \(kind) has no parameter “\(name)”; \(known)")
            }
            do {
                try entry.check(value)
            } catch {
                throw WarrenError(
                    .usage,
                    "\(place): \(name) of \(kind) is of type \(entry.type), not “\(value)”"
                )
            }
            values[name] = value
        }
        if let missing = entries.first(where: { values[$0.name] == nil }) {
            throw WarrenError(
                .usage,
                "\(kind) needs \(missing.name) (\(missing.type)): \(missing.help); give it with --set \(missing.name)=…"
            )
        }
        return try JSONCoding.encode(JSONValue.object(values))
    }

    /// Reads the text after `--set name=`, by the parameter's type.
    package func parse(_ text: String, for name: String) -> JSONValue {
        entries.first { $0.name == name }?.parse(text) ?? .string(text)
    }
}
