import AMQP
import DequeModule

/// Whether anybody is there who waits for the fragments.
extension FragmentQueue {
    /// Somebody is there: what waited for that goes first.
    mutating func isPresent(_ address: ShortString) {
        if case .probing(let parked) = addresses[address] { waiting.prepend(contentsOf: parked) }
        addresses[address] = .present
    }

    /// It could not be found out: what waited for that is asked about again.
    mutating func isUnknown(_ address: ShortString) {
        if case .probing(let parked) = addresses.removeValue(forKey: address) {
            waiting.prepend(contentsOf: parked)
        }
    }

    /// Nobody may be there: before anything more is begun for it, it is asked.
    mutating func doubt(_ address: ShortString) {
        if case .present = addresses[address] { addresses[address] = nil }
        for slot in slots.values { slot.signal() }
    }

    /// Stops what runs for an address.
    ///
    /// - Returns: How many fragments that were.
    func abandon(_ address: ShortString) -> Int { stopRunning { $0.replyTo == address } }

    /// Nobody is there, or not now: what waited for it is to be forgotten.
    mutating func isAbsent(_ address: ShortString) -> [Delivery] {
        defer { addresses[address] = nil }
        let bodiless = fetches.removeAll { $0.message.replyTo == address }
        guard case .probing(let parked) = addresses[address] else { return bodiless }
        for delivery in parked { fetched[delivery.tag] = nil }
        return bodiless + parked
    }
}
