/// The headers of a message: a handful of names with values.
package struct Headers: Hashable, Sendable {
    package enum Value: Hashable, Sendable {
        case bool(Bool)
        case integer(Int64)
        case string([UInt8])
    }

    package private(set) var entries: [(name: ShortString, value: Value)] = []

    package init() {}

    /// The value of a name; setting nil removes it.
    package subscript(name: ShortString) -> Value? {
        get { entries.first { $0.name == name }?.value }
        set {
            let index = entries.firstIndex { $0.name == name }
            switch (index, newValue) {
            case (let index?, let value?): entries[index].value = value
            case (let index?, nil): entries.remove(at: index)
            case (nil, let value?): entries.append((name, value))
            case (nil, nil): break
            }
        }
    }

    package func integer(_ name: ShortString) -> Int64? {
        if case .integer(let value) = self[name] { value } else { nil }
    }

    package func bool(_ name: ShortString) -> Bool? {
        if case .bool(let value) = self[name] { value } else { nil }
    }

    package func string(_ name: ShortString) -> [UInt8]? {
        if case .string(let value) = self[name] { value } else { nil }
    }

    package mutating func reserveCapacity(_ count: Int) { entries.reserveCapacity(count) }

    /// Adds a header without looking for one of the same name.
    mutating func append(_ name: ShortString, _ value: Value) { entries.append((name, value)) }

    package static func == (left: Headers, right: Headers) -> Bool {
        left.entries.count == right.entries.count && left.entries.allSatisfy { right[$0.name] == $0.value }
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(entries.count) }
}
