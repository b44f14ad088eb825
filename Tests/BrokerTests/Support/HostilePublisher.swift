import AMQP
import CRabbitMQ
import TestSupport

/// Publishes what no program of ours would: the library itself, with nothing checked and nothing confirmed.
struct HostilePublisher: ~Copyable {
    private let state: amqp_connection_state_t
    private let memory: UnsafeMutablePointer<amqp_pool_t>

    init(to endpoint: AMQPEndpoint) throws {
        state = amqp_new_connection()
        memory = .allocate(capacity: 1)
        init_amqp_pool(memory, 4096)
        guard let socket = amqp_tcp_socket_new(state),
            amqp_socket_open(socket, endpoint.host, CInt(endpoint.port)) == 0
        else { throw TestFailure("no connection to \(endpoint)") }
        var none = amqp_table_t(num_entries: 0, entries: nil)
        let login = warren_login_plain(
            state,
            endpoint.vhost,
            0,
            131_072,
            0,
            &none,
            endpoint.user,
            endpoint.password
        )
        guard login.reply_type == AMQP_RESPONSE_NORMAL else { throw TestFailure("cannot log in") }
        amqp_channel_open(state, 1)
    }

    deinit {
        amqp_destroy_connection(state)
        empty_amqp_pool(memory)
        memory.deallocate()
    }

    /// - Returns: False if the library itself cannot send it: headers above a frame.
    func publish(_ message: HostileMessage, to exchange: String, routingKey: String) -> Bool {
        recycle_amqp_pool(memory)
        var properties = amqp_basic_properties_t()
        func set(_ bit: UInt32) { properties._flags |= 1 << bit }
        if let type = message.type { (properties.type, _) = (bytes(type), set(5)) }
        if let id = message.messageID { (properties.message_id, _) = (bytes(id), set(7)) }
        if let replyTo = message.replyTo { (properties.reply_to, _) = (bytes(replyTo), set(9)) }
        if let id = message.correlationID { (properties.correlation_id, _) = (bytes(id), set(10)) }
        if !message.headers.isEmpty { (properties.headers, _) = (table(message.headers), set(13)) }
        let status = amqp_basic_publish(
            state,
            1,
            bytes(Array(exchange.utf8)),
            bytes(Array(routingKey.utf8)),
            0,
            0,
            &properties,
            bytes(message.body)
        )
        return status == AMQP_STATUS_OK.rawValue
    }

    /// Returns when the broker has taken all that was published.
    func finish() throws {
        let closed = amqp_channel_close(state, 1, AMQP_REPLY_SUCCESS)
        guard closed.reply_type == AMQP_RESPONSE_NORMAL else {
            // Whatever the method is, it begins with a code and a text.
            let reason = closed.reply.decoded?.assumingMemoryBound(to: amqp_connection_close_t.self).pointee
            let text = reason.map { String(decoding: UnsafeRawBufferPointer($0.reply_text), as: UTF8.self) }
            throw TestFailure("the broker threw the hostile publisher out: \(text ?? "without a word")")
        }
    }

    private func bytes(_ array: [UInt8]) -> amqp_bytes_t {
        guard !array.isEmpty else { return amqp_bytes_t(len: 0, bytes: nil) }
        var copy = amqp_bytes_t()
        amqp_pool_alloc_bytes(memory, array.count, &copy)
        copy.bytes.copyMemory(from: array, byteCount: array.count)
        return copy
    }

    private func table(_ entries: [(String, HostileMessage.Field)]) -> amqp_table_t {
        guard !entries.isEmpty else { return amqp_table_t(num_entries: 0, entries: nil) }
        let size = MemoryLayout<amqp_table_entry_t>.stride * entries.count
        let start = amqp_pool_alloc(memory, size).bindMemory(
            to: amqp_table_entry_t.self,
            capacity: entries.count
        )
        for (index, (name, field)) in entries.enumerated() {
            start[index] = amqp_table_entry_t(key: bytes(Array(name.utf8)), value: value(field))
        }
        return amqp_table_t(num_entries: CInt(entries.count), entries: start)
    }

    private func value(_ field: HostileMessage.Field) -> amqp_field_value_t {
        var value = amqp_field_value_t()
        func kind(_ kind: amqp_field_value_kind_t) { value.kind = UInt8(kind.rawValue) }
        switch field {
        case .text(let text): (value.value.bytes, _) = (bytes(text), kind(AMQP_FIELD_KIND_UTF8))
        case .integer(let number): (value.value.i64, _) = (number, kind(AMQP_FIELD_KIND_I64))
        case .byte(let number): (value.value.i8, _) = (number, kind(AMQP_FIELD_KIND_I8))
        case .double(let number): (value.value.f64, _) = (number, kind(AMQP_FIELD_KIND_F64))
        case .time(let seconds): (value.value.u64, _) = (seconds, kind(AMQP_FIELD_KIND_TIMESTAMP))
        case .nothing: kind(AMQP_FIELD_KIND_VOID)
        case .table(let entries): (value.value.table, _) = (table(entries), kind(AMQP_FIELD_KIND_TABLE))
        }
        return value
    }
}

/// A message with any property of any content.
struct HostileMessage {
    indirect enum Field {
        case text([UInt8])
        case integer(Int64)
        case byte(Int8)
        case double(Double)
        case time(UInt64)
        case nothing
        case table([(String, Field)])
    }

    var type: [UInt8]?
    var messageID: [UInt8]?
    var correlationID: [UInt8]?
    var replyTo: [UInt8]?
    var headers: [(String, Field)] = []
    var body: [UInt8] = []

    /// Sets a header, or removes it.
    mutating func set(_ name: String, _ field: Field?) {
        headers.removeAll { $0.0 == name }
        if let field { headers.append((name, field)) }
    }
}

extension UnsafeRawBufferPointer {
    fileprivate init(_ bytes: amqp_bytes_t) { self.init(start: bytes.bytes, count: bytes.len) }
}
