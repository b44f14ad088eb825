package import AMQP

/// What an account at the broker is for, and the least that it must be allowed: `docs/operations.md` has the same.
package enum AccountRole: String, Sendable, CaseIterable {
    /// `submit`, `cancel`, `workers`.
    case submitter
    /// `worker`.
    case worker
    /// `setup`, `doctor`, `dead`, `workers`, `cancel`.
    case `operator`

    /// The names that it needs a permission for, behind `warren.`: parts of the regular expression that RabbitMQ takes.
    ///
    /// To configure is to declare; to write is to publish to an exchange and to bind a queue; to read is to consume a
    /// queue and to bind to an exchange.
    package func names(_ permission: AMQPRefusal.Permission) -> [String] {
        switch (self, permission) {
        case (.submitter, .configure): [#"reply\..+"#]
        case (.submitter, .write): ["work", "replies", "control", "workers", "dead", #"reply\..+"#]
        case (.submitter, .read): ["replies", "control", #"reply\..+"#]
        case (.worker, .configure): [#"control\..+"#]
        case (.worker, .write): ["replies", "dead", #"control\..+"#]
        case (.worker, .read): ["control", "workers", #"control\..+"#, #"work\..+"#]
        case (.operator, .configure):
            ["work", "replies", "control", "workers", "dead", #"work\..+"#, #"reply\..+"#]
        case (.operator, .write): ["work", "control", "dead", #"work\..+"#, #"reply\..+"#]
        case (.operator, .read): ["work", "replies", "control", "dead", #"work\..+"#, #"reply\..+"#]
        }
    }

    /// The regular expression of a permission.
    package func expression(_ permission: AMQPRefusal.Permission) -> String {
        #"^warren\.("# + names(permission).joined(separator: "|") + ")$"
    }

    /// The exchanges to which it publishes.
    package var publishesTo: [ShortString] {
        switch self {
        case .submitter:
            [
                WireNames.Exchange.work, WireNames.Exchange.control, WireNames.Exchange.replies,
                WireNames.Exchange.workers, WireNames.Exchange.dead,
            ]
        case .worker: [WireNames.Exchange.replies, WireNames.Exchange.dead]
        case .operator: [WireNames.Exchange.control, WireNames.Exchange.work]
        }
    }

    /// Makes sure that the account may publish what it will have to: better now than with work in hand.
    package func checkPublishing(on session: borrowing Session) throws(AMQPError) {
        for exchange in publishesTo {
            try session.checkWriting(to: exchange, reading: Self.source(for: exchange))
        }
    }

    /// An exchange from which whoever publishes to this one may read; another, so that a refusal cannot mean either.
    static func source(for exchange: ShortString) -> ShortString {
        exchange == WireNames.Exchange.control ? WireNames.Exchange.replies : WireNames.Exchange.control
    }

    /// The command that gives an account this role, and takes what it had before.
    package func grant(to user: String, on vhost: String) -> String {
        """
        rabbitmqctl set_permissions -p \(Self.quoted(vhost)) \(Self.quoted(user)) \
        '\(expression(.configure))' '\(expression(.write))' '\(expression(.read))'
        """
    }

    /// What a refusal means for this role, and what helps.
    package func explain(_ error: AMQPError) -> AMQPError {
        guard let refusal = error.refusal else { return error }
        return AMQPError(
            error.code,
            """
            \(error.message); what every \(rawValue) needs (docs/operations.md, “Users and permissions”):
            \(grant(to: refusal.user, on: refusal.vhost))
            """,
            refusal: refusal
        )
    }

    private static func quoted(_ word: String) -> String {
        let isPlain = word.utf8.allSatisfy { byte in
            Character(UnicodeScalar(byte)).isLetter || Character(UnicodeScalar(byte)).isNumber
                || "/-_.".utf8.contains(byte)
        }
        return isPlain && !word.isEmpty ? word : "'" + word.replacing("'", with: #"'\''"#) + "'"
    }
}
