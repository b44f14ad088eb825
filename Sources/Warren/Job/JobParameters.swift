/// The parameters of a job: a `Codable` struct whose properties say what they mean with ``Parameter``.
public protocol JobParameters: Codable, Sendable {
    /// All defaults. A ``Parameter`` without a default stays empty until it is decoded.
    init()
}

/// A parameter of a job, with its meaning and, unless it is required, its default.
///
/// ```swift
/// struct Parameters: JobParameters {
///     @Parameter("count the primes below this number") var below: UInt64 = 10_000_000
///     @Parameter("what to look for") var pattern: String        // no default: required
/// }
/// ```
@propertyWrapper
public struct Parameter<Value: Codable & Sendable>: Codable, Sendable {
    private var value: Value?
    let help: String

    /// A parameter with a default.
    public init(wrappedValue: Value, _ help: String) {
        self.value = wrappedValue
        self.help = help
    }

    /// A parameter that must be given.
    public init(_ help: String) {
        self.value = nil
        self.help = help
    }

    /// The value. Reading a required parameter that was never given is a programming error and traps; a job
    /// that Warren made always has all of them.
    public var wrappedValue: Value {
        get {
            guard let value else { preconditionFailure("a required parameter was read before it was given") }
            return value
        }
        set { value = newValue }
    }

    public init(from decoder: any Decoder) throws {
        self.value = try decoder.singleValueContainer().decode(Value.self)
        self.help = ""
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if let value {
            try container.encode(value)
        } else {
            try container.encodeNil()
        }
    }
}

/// What the schema needs to know of a ``Parameter``, whatever its type.
protocol AnyParameter: SendableMetatype {
    var help: String { get }
    var isRequired: Bool { get }
    static var typeName: String { get }
    static func check(_ value: JSONValue) throws
    static func parse(_ text: String) -> JSONValue
}

extension Parameter: AnyParameter {
    var isRequired: Bool { value == nil }

    static var typeName: String { "\(Value.self)" }

    static func check(_ value: JSONValue) throws {
        _ = try JSONCoding.decode(Value.self, from: JSONCoding.encode(value))
    }

    static func parse(_ text: String) -> JSONValue {
        if Value.self == String.self { return .string(text) }
        return (try? JSONCoding.decode(JSONValue.self, from: Array(text.utf8))) ?? .string(text)
    }
}
