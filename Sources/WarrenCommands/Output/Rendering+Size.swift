extension Rendering {
    /// A number of bytes with a binary unit: `1.5 GiB`.
    static func size(_ bytes: some BinaryInteger) -> String { size(Double(bytes)) }

    static func size(_ bytes: Double) -> String {
        let units = ["bytes", "KiB", "MiB", "GiB", "TiB"]
        var (number, unit) = (bytes, 0)
        while number >= 1024, unit < units.count - 1 {
            number /= 1024
            unit += 1
        }
        let isWhole = number == number.rounded()
        return "\(isWhole ? grouped(Int64(number)) : decimal(number, places: 1)) \(units[unit])"
    }
}
