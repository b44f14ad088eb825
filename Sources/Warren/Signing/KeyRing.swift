package import AMQP

/// The keys of a submitter or a worker: it signs with the first, and accepts all of them, so that one key can take the
/// place of another while everything runs.
package struct KeyRing: Sendable, Hashable, MessageSeal {
    package let keys: [SigningKey]

    /// - Precondition: At least one key.
    package init(_ keys: [SigningKey]) {
        precondition(!keys.isEmpty)
        self.keys = keys
    }

    package func seal(_ message: inout Message, to exchange: ShortString, routingKey: ShortString) {
        // A dead letter keeps the signature that it came with, if any.
        guard SignedText.covers(exchange), message.headers[WireNames.Header.signature] == nil else { return }
        let text = SignedText(of: message, at: exchange, routingKey: routingKey).bytes
        message.headers[WireNames.Header.key] = .string(Array(keys[0].name.utf8))
        message.headers[WireNames.Header.signature] = .string(keys[0].signature(of: text))
    }

    package func fault(of message: Message, at exchange: ShortString, routingKey: ShortString) -> String? {
        guard let signature = message.headers.string(WireNames.Header.signature),
            let name = message.headers.string(WireNames.Header.key)
        else { return "it is not signed; start whoever sent it with --key-file" }
        guard let key = keys.first(where: { name.elementsEqual($0.name.utf8) }) else {
            let known = keys.map(\.name).joined(separator: ", ")
            let other = String(decoding: name.prefix(16), as: UTF8.self)
            return "it is signed with key “\(other)”, which is none of ours (\(known)); see --key-file"
        }
        let text = SignedText(of: message, at: exchange, routingKey: routingKey).bytes
        guard key.isSignature(signature, of: text) else {
            return "its signature is not right: it was altered, or sent elsewhere before"
        }
        return nil
    }
}
