import CRabbitMQ

/// Lays a message's properties out as librabbitmq wants them: C structs that point into one block of bytes.
///
/// The block and the array of header entries are allocated once for the life of a connection, so publishing
/// allocates nothing here.
struct MessageEncoder: ~Copyable {
    private static let mostHeaders = 32

    private var block: UnsafeMutableRawPointer
    private var capacity = 4096
    private var used = 0
    private let entries: UnsafeMutablePointer<amqp_table_entry_t>

    init() {
        block = .allocate(byteCount: capacity, alignment: 8)
        entries = .allocate(capacity: Self.mostHeaders)
    }

    deinit {
        block.deallocate()
        entries.deallocate()
    }

    /// Adds the frame with the message's properties.
    mutating func encode(_ message: Message, into frames: inout FrameBuffer) throws(AMQPError) {
        reserve(for: message)
        var properties = amqp_basic_properties_t()
        var flags: UInt32 = UInt32(1 << 12)  // delivery mode
        properties.delivery_mode = message.isPersistent ? 2 : 1
        if !message.contentType.isEmpty {
            properties.content_type = copy(message.contentType.bytes)
            flags |= 1 << 15
        }
        if !message.correlationID.isEmpty {
            properties.correlation_id = copy(message.correlationID.bytes)
            flags |= 1 << 10
        }
        if !message.replyTo.isEmpty {
            properties.reply_to = copy(message.replyTo.bytes)
            flags |= 1 << 9
        }
        if !message.messageID.isEmpty {
            properties.message_id = copy(message.messageID.bytes)
            flags |= 1 << 7
        }
        if !message.type.isEmpty {
            properties.type = copy(message.type.bytes)
            flags |= 1 << 5
        }
        let headers = message.headers.entries
        if !headers.isEmpty {
            let headers = headers.prefix(Self.mostHeaders)
            for (index, header) in headers.enumerated() {
                entries[index] = entry(header.name, header.value)
            }
            properties.headers = amqp_table_t(num_entries: CInt(headers.count), entries: entries)
            flags |= 1 << 13
        }
        properties._flags = flags
        try frames.append(header: &properties, bodySize: message.body.count)
    }

    private mutating func entry(_ name: ShortString, _ value: Headers.Value) -> amqp_table_entry_t {
        var field = amqp_field_value_t()
        switch value {
        case .bool(let flag):
            field.kind = UInt8(AMQP_FIELD_KIND_BOOLEAN.rawValue)
            field.value.boolean = flag ? 1 : 0
        case .integer(let number):
            field.kind = UInt8(AMQP_FIELD_KIND_I64.rawValue)
            field.value.i64 = number
        case .string(let text):
            field.kind = UInt8(AMQP_FIELD_KIND_UTF8.rawValue)
            field.value.bytes = copy(text)
        }
        return amqp_table_entry_t(key: copy(name.bytes), value: field)
    }

    /// Makes the block large enough before anything points into it.
    private mutating func reserve(for message: Message) {
        var needed =
            message.contentType.bytes.count + message.correlationID.bytes.count + message.replyTo.bytes.count
            + message.messageID.bytes.count + message.type.bytes.count
        for header in message.headers.entries {
            needed += header.name.bytes.count
            if case .string(let text) = header.value { needed += text.count }
        }
        if needed > capacity {
            block.deallocate()
            capacity = needed * 2
            block = .allocate(byteCount: capacity, alignment: 8)
        }
        used = 0
    }

    private mutating func copy(_ bytes: [UInt8]) -> amqp_bytes_t {
        let start = block + used
        bytes.withUnsafeBytes { source in
            if let base = source.baseAddress { start.copyMemory(from: base, byteCount: source.count) }
        }
        used += bytes.count
        return amqp_bytes_t(len: bytes.count, bytes: start)
    }
}
