/// What a broker does not let an account do: its answer 403, taken apart.
package struct AMQPRefusal: Hashable, Sendable {
    package enum Permission: String, Sendable, CaseIterable { case configure, write, read }
    package enum Kind: String, Sendable, CaseIterable { case exchange, queue }

    package let permission: Permission
    package let kind: Kind
    /// The exchange or queue.
    package let name: String
    package let vhost: String
    package let user: String

    /// - Parameters:
    ///   - reason: The broker's words: `ACCESS_REFUSED - write access to exchange 'warren.replies' in vhost '/' refused
    ///     for user 'x'`. RabbitMQ 3.10 leaves the permission out.
    ///   - doing: What it was refused for, which tells the permission then.
    /// - Returns: Nil for another sort of refusal.
    init?(_ reason: String, doing: String) {
        guard let access = reason.firstRange(of: "access to "),
            let kind = Kind.allCases.first(where: { reason[access.upperBound...].hasPrefix($0.rawValue) })
        else { return nil }
        // The text ends after 255 bytes, so what comes last may be missing.
        let quoted = reason[access.upperBound...].split(separator: "'", omittingEmptySubsequences: false)
        guard quoted.count > 1 else { return nil }
        self.kind = kind
        name = String(quoted[1])
        vhost = quoted.count > 3 ? String(quoted[3]) : "/"
        user = quoted.count > 5 ? String(quoted[5]) : ""
        let word = reason[..<access.lowerBound].split(separator: " ").last
        permission =
            word.flatMap { Permission(rawValue: String($0)) } ?? Self.permission(to: kind, name, doing)
    }

    /// What the broker must have asked for, by what it was to do.
    private static func permission(to kind: Kind, _ name: String, _ doing: String) -> Permission {
        switch kind {
        // A queue with dead letters is declared by those only who may write to their exchange.
        case .exchange where doing.hasPrefix("declaring the queue"): .write
        case .exchange where doing.hasPrefix("declaring"): .configure
        case .exchange where doing.hasPrefix("binding"): .read
        // Publishing is the one thing that is refused without having been waited for.
        case .exchange where doing.hasPrefix("waiting"): .write
        case .exchange: doing.hasSuffix(" \(name)") ? .write : .read
        case .queue where doing.hasPrefix("declaring"): .configure
        case .queue where doing.hasPrefix("binding"): .write
        case .queue: .read
        }
    }
}

extension AMQPRefusal: CustomStringConvertible {
    package var description: String {
        let verb =
            switch permission {
            case .configure: "declare"
            case .write: kind == .exchange ? "write to" : "bind"
            case .read: kind == .exchange ? "bind to" : "read from"
            }
        return """
            the user “\(user)” may not \(verb) the \(kind.rawValue) “\(name)” of the virtual host “\(vhost)”: it has no \
            \(permission.rawValue) permission for it
            """
    }
}
