import CRabbitMQ

/// What the broker sent of its own accord.
enum Incoming {
    case delivered(Message, tag: UInt64, consumer: ShortString, isRedelivered: Bool, fault: String?)
    case returned(messageID: ShortString)
    case settled(UInt64, multiple: Bool, Publication.Outcome)
    case blocked(reason: String)
    case unblocked
    /// A frame that is part of something larger, or of no interest.
    case nothing
}

/// A delivery or a returned message of which the body is still coming.
struct IncomingMessage {
    enum Kind {
        case delivery(tag: UInt64, consumer: ShortString, isRedelivered: Bool)
        case returned
    }

    var kind: Kind?
    var message = Message(type: .empty)
    var missing: UInt64 = 0
    /// Where it was published; only if somebody checks it.
    var origin: (exchange: ShortString, routingKey: ShortString)?
}

extension Session {
    /// The next thing that the broker sent; nil if nothing is there. Never blocks.
    ///
    /// - Throws: When the broker closes the channel or the connection, ends a consumer, or the network does.
    mutating func receive() throws(AMQPError) -> Incoming? {
        var frame = amqp_frame_t()
        var none = Duration.zero.timeval
        let status = amqp_simple_wait_frame_noblock(state, &frame, &none)
        if status == AMQP_STATUS_TIMEOUT.rawValue { return nil }
        try check(status: status, "waiting for messages")
        let result = try take(frame)
        // Everything of interest has been copied; without this the library's memory would grow for ever.
        amqp_maybe_release_buffers_on_channel(state, frame.channel)
        return result
    }

    /// Whether something was read from the socket that has not been handed out: looking for it costs no system call.
    var hasBuffered: Bool {
        amqp_frames_enqueued(state) != 0 || amqp_data_in_buffer(state) != 0 || stream?.hasPending == true
    }

    private mutating func take(_ frame: amqp_frame_t) throws(AMQPError) -> Incoming {
        switch CInt(frame.frame_type) {
        case AMQP_FRAME_METHOD:
            return try take(method: frame.payload.method)
        case AMQP_FRAME_HEADER:
            guard let decoded = frame.payload.properties.decoded else { return .nothing }
            incoming.message = message(
                decoded.assumingMemoryBound(to: amqp_basic_properties_t.self).pointee
            )
            incoming.missing = frame.payload.properties.body_size
            incoming.message.body.reserveCapacity(Int(min(incoming.missing, 16 << 20)))
            return complete()
        case AMQP_FRAME_BODY:
            let fragment = frame.payload.body_fragment
            incoming.message.body.append(
                contentsOf: UnsafeRawBufferPointer(start: fragment.bytes, count: fragment.len)
            )
            incoming.missing -= min(incoming.missing, UInt64(fragment.len))
            return complete()
        default:
            return .nothing
        }
    }

    private mutating func complete() -> Incoming {
        guard incoming.missing == 0, let kind = incoming.kind else { return .nothing }
        defer { incoming = IncomingMessage() }
        switch kind {
        case .delivery(let tag, let consumer, let isRedelivered):
            let fault = incoming.origin.flatMap { origin in
                endpoint.seal?.fault(of: incoming.message, at: origin.exchange, routingKey: origin.routingKey)
            }
            return .delivered(
                incoming.message,
                tag: tag,
                consumer: consumer,
                isRedelivered: isRedelivered,
                fault: fault
            )
        case .returned:
            return .returned(messageID: incoming.message.messageID)
        }
    }

    private mutating func take(method: amqp_method_t) throws(AMQPError) -> Incoming {
        guard let decoded = method.decoded else {
            return method.id == WARREN_CONNECTION_UNBLOCKED.rawValue ? .unblocked : .nothing
        }
        switch method.id {
        case WARREN_BASIC_DELIVER.rawValue:
            let deliver = decoded.assumingMemoryBound(to: amqp_basic_deliver_t.self).pointee
            incoming.kind = .delivery(
                tag: deliver.delivery_tag,
                consumer: ShortString(share(deliver.consumer_tag)),
                isRedelivered: deliver.redelivered != 0
            )
            if endpoint.seal != nil {
                incoming.origin = (
                    ShortString(share(deliver.exchange)), ShortString(share(deliver.routing_key))
                )
            }
            return .nothing
        case WARREN_BASIC_RETURN.rawValue:
            incoming.kind = .returned
            return .nothing
        case WARREN_BASIC_ACK.rawValue:
            let ack = decoded.assumingMemoryBound(to: amqp_basic_ack_t.self).pointee
            return .settled(ack.delivery_tag, multiple: ack.multiple != 0, .confirmed)
        case WARREN_BASIC_NACK.rawValue:
            let nack = decoded.assumingMemoryBound(to: amqp_basic_nack_t.self).pointee
            return .settled(nack.delivery_tag, multiple: nack.multiple != 0, .nacked)
        case WARREN_CONNECTION_BLOCKED.rawValue:
            let blocked = decoded.assumingMemoryBound(to: amqp_connection_blocked_t.self).pointee
            return .blocked(reason: String(decoding: Self.copy(blocked.reason), as: UTF8.self))
        case WARREN_CONNECTION_UNBLOCKED.rawValue:
            return .unblocked
        case WARREN_BASIC_CANCEL.rawValue:
            let cancel = decoded.assumingMemoryBound(to: amqp_basic_cancel_t.self).pointee
            let tag = String(decoding: Self.copy(cancel.consumer_tag), as: UTF8.self)
            throw AMQPError(
                .consumerCancelled,
                "\(endpoint) ended the consumer \(tag): its queue was removed or moved"
            )
        case WARREN_CHANNEL_CLOSE.rawValue, WARREN_CONNECTION_CLOSE.rawValue:
            throw serverError(method, "waiting for messages")
        default:
            return .nothing
        }
    }

    private mutating func message(_ properties: amqp_basic_properties_t) -> Message {
        func has(_ bit: UInt32) -> Bool { properties._flags & (1 << bit) != 0 }
        var headers = Headers()
        if has(13) {
            headers.reserveCapacity(Int(properties.headers.num_entries))
            for index in 0..<Int(properties.headers.num_entries) {
                let entry = properties.headers.entries[index]
                if let value = headerValue(entry.value) {
                    headers.append(ShortString(share(entry.key)), value)
                }
            }
        }
        return Message(
            type: has(5) ? ShortString(share(properties.type)) : .empty,
            // The one property that is another each time.
            messageID: has(7) ? ShortString(Self.copy(properties.message_id)) : .empty,
            correlationID: has(10) ? ShortString(share(properties.correlation_id)) : .empty,
            replyTo: has(9) ? ShortString(share(properties.reply_to)) : .empty,
            contentType: has(15) ? ShortString(share(properties.content_type)) : .empty,
            headers: headers,
            isPersistent: has(12) && properties.delivery_mode == 2
        )
    }

    private mutating func share(_ bytes: amqp_bytes_t) -> [UInt8] {
        repeated.array(of: UnsafeRawBufferPointer(start: bytes.bytes, count: bytes.len))
    }

    /// Headers of other types are none of ours: nil.
    private mutating func headerValue(_ field: amqp_field_value_t) -> Headers.Value? {
        switch UInt32(field.kind) {
        case UInt32(AMQP_FIELD_KIND_BOOLEAN.rawValue): .bool(field.value.boolean != 0)
        case UInt32(AMQP_FIELD_KIND_I8.rawValue): .integer(Int64(field.value.i8))
        case UInt32(AMQP_FIELD_KIND_U8.rawValue): .integer(Int64(field.value.u8))
        case UInt32(AMQP_FIELD_KIND_I16.rawValue): .integer(Int64(field.value.i16))
        case UInt32(AMQP_FIELD_KIND_U16.rawValue): .integer(Int64(field.value.u16))
        case UInt32(AMQP_FIELD_KIND_I32.rawValue): .integer(Int64(field.value.i32))
        case UInt32(AMQP_FIELD_KIND_U32.rawValue): .integer(Int64(field.value.u32))
        case UInt32(AMQP_FIELD_KIND_I64.rawValue): .integer(field.value.i64)
        case UInt32(AMQP_FIELD_KIND_U64.rawValue): Int64(exactly: field.value.u64).map { .integer($0) }
        case UInt32(AMQP_FIELD_KIND_UTF8.rawValue), UInt32(AMQP_FIELD_KIND_BYTES.rawValue):
            .string(share(field.value.bytes))
        default: nil
        }
    }
}
