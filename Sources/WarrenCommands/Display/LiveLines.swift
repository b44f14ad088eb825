/// The lines at the bottom of a terminal that are drawn again and again: what is to be written for that.
///
/// Only lines that have changed are written, but for a frame now and then, in case somebody has pressed a key. The cursor
/// rests at the start of the line below them.
struct LiveLines {
    private var drawn: [String] = []
    private var columns = 0
    private var frames = 0

    private static let everythingEach = 10

    /// - Parameter columns: The terminal's width. No line may be as wide.
    mutating func draw(_ lines: [String], columns: Int) -> String {
        var text = ""
        if !drawn.isEmpty, columns != self.columns {
            // Lines may have been broken by the terminal, nobody knows how: begin again at the top.
            text = "\u{1B}[H\u{1B}[J"
            drawn = []
        }
        self.columns = columns
        frames += 1
        let isWhole = frames % Self.everythingEach == 0
        // Ctrl-C leaves `^C` before the cursor.
        if !drawn.isEmpty { text += "\r\u{1B}[\(drawn.count)A" }
        for (index, line) in lines.enumerated() {
            let isThere = !isWhole && index < drawn.count && drawn[index] == line
            text += isThere ? "\n" : "\(line)\u{1B}[K\n"
        }
        drawn = lines
        return text + "\u{1B}[J"
    }

    /// Takes them away.
    mutating func erase() -> String {
        guard !drawn.isEmpty else { return "" }
        defer { drawn = [] }
        return "\r\u{1B}[\(drawn.count)A\u{1B}[J"
    }
}
