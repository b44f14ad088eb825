import CRabbitMQ

extension Session {
    /// Calls `body` with an AMQP table of these entries; the table is void once it returns.
    static func withTable<Result>(
        of entries: [(name: String, value: Headers.Value)],
        and nested: (name: String, table: amqp_table_t)? = nil,
        _ body: (amqp_table_t) throws -> Result
    ) rethrows -> Result {
        var block: [UInt8] = []
        for (name, value) in entries {
            block += name.utf8
            if case .string(let text) = value { block += text }
        }
        if let nested { block += nested.name.utf8 }
        return try block.withUnsafeMutableBytes { block in
            var offset = 0
            func take(_ count: Int) -> amqp_bytes_t {
                defer { offset += count }
                return amqp_bytes_t(len: count, bytes: block.baseAddress.map { $0 + offset })
            }
            var table = entries.map { name, value in
                var entry = amqp_table_entry_t()
                entry.key = take(name.utf8.count)
                switch value {
                case .bool(let flag):
                    entry.value.kind = UInt8(AMQP_FIELD_KIND_BOOLEAN.rawValue)
                    entry.value.value.boolean = flag ? 1 : 0
                case .integer(let number):
                    entry.value.kind = UInt8(AMQP_FIELD_KIND_I64.rawValue)
                    entry.value.value.i64 = number
                case .string(let text):
                    entry.value.kind = UInt8(AMQP_FIELD_KIND_UTF8.rawValue)
                    entry.value.value.bytes = take(text.count)
                }
                return entry
            }
            if let nested {
                var entry = amqp_table_entry_t()
                entry.key = take(nested.name.utf8.count)
                entry.value.kind = UInt8(AMQP_FIELD_KIND_TABLE.rawValue)
                entry.value.value.table = nested.table
                table.append(entry)
            }
            return try table.withUnsafeMutableBufferPointer { table in
                try body(amqp_table_t(num_entries: CInt(table.count), entries: table.baseAddress))
            }
        }
    }

    /// Calls `body` with the bytes of a string, as librabbitmq takes them.
    func withBytes<Result>(of string: ShortString, _ body: (amqp_bytes_t) -> Result) -> Result {
        string.bytes.withUnsafeBytes { bytes in
            body(amqp_bytes_t(len: bytes.count, bytes: UnsafeMutableRawPointer(mutating: bytes.baseAddress)))
        }
    }
}
