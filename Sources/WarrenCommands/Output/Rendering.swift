import Warren

/// How results, receipts and numbers look.
enum Rendering {
    /// The bytes of a result as they are written, the final newline included.
    static func bytes(of output: some Encodable & CustomStringConvertible, _ format: ResultFormat) throws
        -> [UInt8]
    {
        switch format {
        case .text: Array(output.description.utf8) + [UInt8(ascii: "\n")]
        case .json: try JSONCoding.encode(output) + [UInt8(ascii: "\n")]
        }
    }

    /// The receipt in one line.
    static func line(_ receipt: Receipt, units: String = "units") -> String {
        var parts = [
            "\(receipt.state.rawValue) \(grouped(receipt.fragments))/\(grouped(receipt.fragmentsCut)) fragments",
            "\(grouped(receipt.units)) \(units)",
            "\(seconds(receipt.seconds))",
            count(receipt.workers.count, "worker"),
        ]
        func add(_ number: Int, _ what: String) {
            if number > 0 { parts.append("\(grouped(number)) \(what)") }
        }
        add(receipt.redelivered, "redelivered")
        add(receipt.retried, "retried")
        add(receipt.crashes, receipt.crashes == 1 ? "crash" : "crashes")
        add(receipt.timeouts, "out of time")
        add(receipt.memoryKills, "out of memory")
        add(receipt.halved, "halved")
        if receipt.skipped > 0 { parts.append("\(grouped(receipt.skipped)) skipped") }
        add(receipt.republished, "published again")
        add(receipt.yielded, "yielded")
        if receipt.backups > 0 {
            parts.append("\(count(receipt.backups, "backup")) (\(receipt.backupsWon) won)")
        }
        add(
            receipt.duplicatesDropped,
            receipt.duplicatesDropped == 1 ? "duplicate dropped" : "duplicates dropped"
        )
        add(receipt.strays, receipt.strays == 1 ? "stray message" : "stray messages")
        return parts.joined(separator: " · ")
    }

    static func grouped(_ number: some BinaryInteger) -> String {
        var digits = Array(String(number))
        var index = digits.count - 3
        while index > 0, digits[index - 1] != "-" {
            digits.insert(",", at: index)
            index -= 3
        }
        return String(digits)
    }

    /// Seconds with as many digits as anybody reads.
    static func seconds(_ seconds: Double) -> String {
        switch seconds {
        case ..<10: "\(decimal(seconds, places: 2)) s"
        case ..<120: "\(decimal(seconds, places: 1)) s"
        case ..<7200: "\(Int(seconds) / 60) min \(Int(seconds) % 60) s"
        default: "\(Int(seconds) / 3600) h \(Int(seconds) % 3600 / 60) min"
        }
    }

    /// A rate with a unit of thousands: `1.2 M`.
    static func rate(_ perSecond: Double) -> String {
        switch perSecond {
        case 1e9...: "\(decimal(perSecond / 1e9, places: 1)) G"
        case 1e6...: "\(decimal(perSecond / 1e6, places: 1)) M"
        case 1e3...: "\(decimal(perSecond / 1e3, places: 1)) k"
        case 10...: "\(Int(perSecond.rounded()))"
        default: decimal(perSecond, places: 1)
        }
    }

    static func decimal(_ number: Double, places: Int) -> String {
        guard number.isFinite else { return "?" }
        let scale = places == 1 ? 10.0 : 100.0
        let scaled = Int64((number * scale).rounded())
        let fraction = String(scaled % Int64(scale))
        return "\(scaled / Int64(scale))." + String(repeating: "0", count: places - fraction.count) + fraction
    }

    static func count(_ number: Int, _ thing: String) -> String {
        "\(grouped(number)) \(thing)\(number == 1 ? "" : "s")"
    }
}
