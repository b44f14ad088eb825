/// Something about a broker that was found out, or why it was not and how it could be.
enum Fact<Value: Sendable>: Sendable {
    case known(Value)
    case unknown(why: String, how: String)

    var value: Value? {
        if case .known(let value) = self { value } else { nil }
    }

    /// Calls `body` with what is known; an unknown finding says why else.
    func finding(_ check: Finding.Check, _ body: (Value) -> Finding) -> Finding {
        switch self {
        case .known(let value): body(value)
        case .unknown(let why, let how): .unknown(check, why, how: how)
        }
    }
}
