import CRabbitMQ

extension Session {
    /// Turns the answer to the last question into an error, if it was one.
    func check(_ doing: String) throws(AMQPError) {
        try check(amqp_get_rpc_reply(state), doing)
    }

    func check(_ reply: amqp_rpc_reply_t, _ doing: String) throws(AMQPError) {
        switch reply.reply_type {
        case AMQP_RESPONSE_NORMAL: return
        case AMQP_RESPONSE_SERVER_EXCEPTION: throw serverError(reply.reply, doing)
        default: throw libraryError(reply.library_error, doing)
        }
    }

    /// Turns a status of the library into an error, if it is one.
    func check(status: CInt, _ doing: String) throws(AMQPError) {
        guard status != AMQP_STATUS_OK.rawValue else { return }
        throw libraryError(status, doing)
    }

    func libraryError(_ status: CInt, _ doing: String) -> AMQPError {
        let reason = String(cString: amqp_error_string2(status))
        switch status {
        case AMQP_STATUS_TIMEOUT.rawValue:
            return AMQPError(.timedOut, "\(endpoint) did not answer in time, \(doing)")
        case AMQP_STATUS_HEARTBEAT_TIMEOUT.rawValue:
            return AMQPError(.connectionLost, "\(endpoint) has been silent for two heartbeats")
        default:
            return AMQPError(.connectionLost, "the connection to \(endpoint) was lost, \(doing): \(reason)")
        }
    }

    /// The broker closed the connection or the channel, with a code and a text.
    func serverError(_ method: amqp_method_t, _ doing: String) -> AMQPError {
        guard let decoded = method.decoded else {
            return AMQPError(.closedByBroker, "\(endpoint) closed the connection, \(doing)")
        }
        let (code, text): (UInt16, amqp_bytes_t)
        if method.id == WARREN_CONNECTION_CLOSE.rawValue {
            let close = decoded.assumingMemoryBound(to: amqp_connection_close_t.self).pointee
            (code, text) = (close.reply_code, close.reply_text)
        } else {
            let close = decoded.assumingMemoryBound(to: amqp_channel_close_t.self).pointee
            (code, text) = (close.reply_code, close.reply_text)
        }
        let reason = String(decoding: Self.copy(text), as: UTF8.self)
        switch code {
        case 403 where doing == "logging in":
            return AMQPError(
                .accessRefused,
                "\(endpoint) refuses the user “\(endpoint.user)” or its password; give both in WARREN_BROKER, or the password in --password-file"
            )
        case 530 where doing == "logging in":
            return AMQPError(
                .vhostNotFound,
                "\(endpoint) has no virtual host “\(endpoint.vhost)” for “\(endpoint.user)” (\(reason)); create it, or name another in the address"
            )
        case 403:
            let refusal = AMQPRefusal(reason, doing: doing)
            let what = refusal.map { "refuses: \($0)" } ?? "does not allow \(doing): \(reason)"
            return AMQPError(.accessRefused, "\(endpoint) \(what)", refusal: refusal)
        case 404: return AMQPError(.notFound, "\(doing): \(reason)")
        case 405: return AMQPError(.locked, "\(doing): \(reason)")
        case 406 where reason.contains("larger than"):
            // “message size 200 is larger than configured max size 100”, and so on all versions.
            let limit = reason.split(whereSeparator: { !$0.isNumber }).last.flatMap { Int($0) }
            return AMQPError(.tooLarge, "\(endpoint) takes no such message: \(reason)", limit: limit)
        case 406 where doing.hasPrefix("declaring"):
            return AMQPError(
                .mismatch,
                "\(endpoint) refuses \(doing): \(reason); another version or program declared it otherwise: remove it, or use another virtual host"
            )
        default:
            return AMQPError(
                .closedByBroker,
                "\(endpoint) closed the connection, \(doing): \(reason) (\(code))"
            )
        }
    }

    /// Copies bytes out of the library's memory.
    static func copy(_ bytes: amqp_bytes_t) -> [UInt8] {
        Array(UnsafeRawBufferPointer(start: bytes.bytes, count: bytes.len))
    }
}
