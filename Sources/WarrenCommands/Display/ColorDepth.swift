import Warren

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How many colours a terminal has.
enum ColorDepth: Sendable {
    /// All of them, 24 bits.
    case full
    /// The 256 of xterm: a cube of 6 × 6 × 6, and 24 greys.
    case indexed

    /// What the terminal says of itself; nil if the person wants no colours (`NO_COLOR`).
    static var ofTerminal: ColorDepth? {
        if let wish = getenv("NO_COLOR"), wish.pointee != 0 { return nil }
        let says = getenv("COLORTERM").map { String(cString: $0) }
        return says == "truecolor" || says == "24bit" ? .full : .indexed
    }

    /// The escape code that makes what follows this colour; nil is the terminal's own.
    func code(_ color: RGB?, isBackground: Bool) -> String {
        let plane = isBackground ? 4 : 3
        guard let color else { return "\u{1B}[\(plane)9m" }
        switch self {
        case .full: return "\u{1B}[\(plane)8;2;\(color.red);\(color.green);\(color.blue)m"
        case .indexed: return "\u{1B}[\(plane)8;5;\(Self.index(color))m"
        }
    }

    /// The colour as this terminal shows it: equal ones need no code between them.
    func shown(_ color: RGB) -> Int {
        switch self {
        case .full: Int(color.red) << 16 | Int(color.green) << 8 | Int(color.blue)
        case .indexed: Self.index(color)
        }
    }

    /// The nearest of the cube and of the greys.
    static func index(_ color: RGB) -> Int {
        let parts = [Int(color.red), Int(color.green), Int(color.blue)]
        let levels = parts.map { part in part < 48 ? 0 : part < 115 ? 1 : (part - 35) / 40 }
        let cube = levels.map { $0 == 0 ? 0 : 55 + 40 * $0 }
        let mean = parts.reduce(0, +) / 3
        let grey = max(0, min(23, (mean - 3) / 10))
        func distance(_ others: [Int]) -> Int {
            zip(parts, others).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        }
        let isGrey = distance(Array(repeating: 8 + 10 * grey, count: 3)) < distance(cube)
        return isGrey ? 232 + grey : 16 + 36 * levels[0] + 6 * levels[1] + levels[2]
    }
}
