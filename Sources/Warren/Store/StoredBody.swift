import AMQP

/// A body that lies in a ``PayloadStore``, as a message names it: `SHA-256 size`, the digest in hexadecimal.
package struct StoredBody: Sendable, Hashable {
    let digest: String
    /// In bytes.
    let size: UInt64

    init(digest: String, size: UInt64) {
        self.digest = digest
        self.size = size
    }

    /// Nil for anything else; what is read names a file.
    init?(_ text: [UInt8]) {
        let words = String(decoding: text, as: UTF8.self).split(
            separator: " ",
            omittingEmptySubsequences: false
        )
        guard words.count == 2, words[0].utf8.count == 64, let size = UInt64(words[1]),
            words[0].utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { return nil }
        self.init(digest: String(words[0]), size: size)
    }

    var text: [UInt8] { Array("\(digest) \(size)".utf8) }
}

extension Message {
    /// Where its body is, if not here.
    var storedBody: StoredBody? { headers.string(WireNames.Header.store).flatMap { StoredBody($0) } }

    /// The same message with its body in a store, if it is large.
    ///
    /// - Throws: ``WarrenError/Code/input`` if it cannot be written there.
    func stored(in store: PayloadStore, of job: JobID) throws(WarrenError) -> Message {
        guard body.count > PayloadStore.inlineBound else { return self }
        var message = self
        message.headers[WireNames.Header.store] = .string(try store.put(body, of: job).text)
        message.body = []
        return message
    }

    /// The same message with its body, wherever that was.
    ///
    /// - Throws: ``WarrenError/Code/input`` if it cannot be read, or there is no store here.
    func retrieved(from store: PayloadStore?, of job: JobID) throws(WarrenError) -> Message {
        guard headers[WireNames.Header.store] != nil else { return self }
        guard let stored = storedBody else { throw WarrenError(.incompatible, "header store names nothing") }
        guard let store else {
            throw WarrenError(
                .input,
                "its body of \(stored.size) bytes is in a store; start with --store DIR"
            )
        }
        var message = self
        message.body = try store.get(stored, of: job)
        message.headers[WireNames.Header.store] = nil
        return message
    }
}
