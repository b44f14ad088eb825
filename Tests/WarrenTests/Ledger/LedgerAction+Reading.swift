import Warren

/// What tests ask of a list of actions.
extension [LedgerAction] {
    var orders: [Order] { compactMap { if case .publish(let order) = $0 { order } else { nil } } }

    var published: [UnitRange] { orders.map(\.range) }

    var folded: [UnitRange] { compactMap { if case .fold(let range) = $0 { range } else { nil } } }

    var carved: [UnitRange] {
        flatMap { if case .carve(_, let pieces) = $0 { pieces } else { [UnitRange]() } }
    }

    var dropped: [UnitRange] { compactMap { if case .drop(let range) = $0 { range } else { nil } } }

    var taken: [UInt64] { compactMap { if case .take(let units) = $0 { units } else { nil } } }

    var notices: [LedgerNotice] { compactMap { if case .notice(let notice) = $0 { notice } else { nil } } }

    var failure: WarrenError? {
        for case .fail(let error) in self { return error }
        return nil
    }

    var isFinished: Bool { contains { if case .finish = $0 { true } else { false } } }

    var isCancelling: Bool { contains { if case .cancel = $0 { true } else { false } } }
}
