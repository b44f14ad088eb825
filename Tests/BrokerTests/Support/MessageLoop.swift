import AMQP
import Synchronization

/// Messages that are published on one connection and consumed on another, compared byte by byte.
enum MessageLoop {
    /// Publishes messages of these sizes, and waits until each has come back as it was.
    static func run(_ sizes: [Int], through endpoint: AMQPEndpoint) async throws {
        let queue = Awaited<ShortString?>(nil)
        let missing = Awaited(Set(sizes.indices))
        let consumer = Mutex<AMQPConnection?>(nil)
        let receiving = AMQPConnection(
            to: endpoint,
            name: "test consumer",
            setUp: { session throws(AMQPError) in
                let name = ShortString("test.\(UInt64.random(in: 0 ... .max))")
                try session.declareExclusiveQueue(name)
                try session.consume(name, as: "consumer", prefetch: 500)
                queue.update { $0 = name }
            },
            events: { events in
                var tags: [DeliveryTag] = []
                var numbers: Set<Int> = []
                for case .delivered(let delivery) in events {
                    guard let number = Int(delivery.message.messageID.description) else { continue }
                    tags.append(delivery.tag)
                    if delivery.message.body == body(number, sizes[number]) { numbers.insert(number) }
                }
                missing.update { $0.subtract(numbers) }
                consumer.withLock { $0?.acknowledge(contentsOf: tags) }
            }
        )
        consumer.withLock { $0 = receiving }
        let sending = AMQPConnection(to: endpoint, name: "test publisher") { _ in }
        do {
            let name = try await queue.wait(within: .seconds(20), for: { _ in "a queue" }, { $0 })
            sending.publish(
                contentsOf: sizes.enumerated().map { number, size in
                    let message = Message(
                        type: "test",
                        messageID: ShortString("\(number)"),
                        body: body(number, size)
                    )
                    return Publication(message, to: .empty, routingKey: name, isMandatory: true)
                }
            )
            try await missing.wait(
                within: .seconds(120),
                for: { "\($0.count) messages, the first of them number \($0.min() ?? -1)" },
                { $0.isEmpty ? () : nil }
            )
        } catch {
            await sending.close()
            await receiving.close()
            throw error
        }
        await sending.close()
        await receiving.close()
    }

    /// Another for each message, and the same for the same.
    private static func body(_ number: Int, _ size: Int) -> [UInt8] {
        var word = UInt64(truncatingIfNeeded: number) &* 0x9E37_79B9_7F4A_7C15 | 1
        return [UInt8](unsafeUninitializedCapacity: size) { room, count in
            for index in room.indices {
                word = word &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                room[index] = UInt8(truncatingIfNeeded: word >> 56)
            }
            count = size
        }
    }
}
