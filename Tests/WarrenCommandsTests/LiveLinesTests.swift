import TestSupport
import Testing

@testable import WarrenCommands

struct LiveLinesTests {
    /// Whatever was drawn before, the screen shows the lines of the last frame and nothing else below what stays.
    @Test func screenShowsTheLastFrame() {
        var random = SeededRandom()
        for _ in 0..<300 {
            var screen = Screen()
            var live = LiveLines()
            var staying: [String] = []
            var isDrawn = false
            for _ in 0..<30 {
                if random.once(in: 5) {
                    screen.write(live.erase())
                    staying.append("stays \(staying.count)")
                    screen.write("\(staying[staying.count - 1])\n")
                    #expect(screen.lines == staying)
                    isDrawn = false
                }
                // As the terminal shows Ctrl-C.
                if isDrawn, random.once(in: 6) { screen.write("^C") }
                let lines = (0..<random.below(6)).map { "line \($0) \(random.below(3))" }
                screen.write(live.draw(lines, columns: 80))
                isDrawn = !lines.isEmpty
                #expect(screen.lines == staying + lines)
            }
        }
    }

    @Test func whatHasNotChangedIsNotWritten() {
        var live = LiveLines()
        _ = live.draw(["one", "two"], columns: 80)
        let text = live.draw(["one", "three"], columns: 80)
        #expect(!text.contains("one") && text.contains("three"))
    }

    @Test func terminalOfAnotherWidthIsDrawnAfresh() {
        var live = LiveLines()
        _ = live.draw(["one", "two"], columns: 80)
        #expect(live.draw(["one", "two"], columns: 40).hasPrefix("\u{1B}[H\u{1B}[J"))
    }
}

/// What a terminal makes of a text: only the codes that are used here.
private struct Screen {
    private var content: [String] = [""]
    private var row = 0
    private var column = 0

    /// Without the empty ones at the end.
    var lines: [String] {
        Array(content.reversed().drop { $0.isEmpty }.reversed())
    }

    mutating func write(_ text: String) {
        var rest = Array(text)[...]
        while let character = rest.popFirst() {
            switch character {
            case "\n":
                row += 1
                column = 0
                if row == content.count { content.append("") }
            case "\r": column = 0
            case "\u{1B}":
                let end = rest.firstIndex { $0.isLetter } ?? rest.endIndex
                let number = Int(String(rest[..<end].dropFirst())) ?? 1
                switch rest[end] {
                case "A": row = max(row - number, 0)
                case "K": content[row] = String(content[row].prefix(column))
                case "J": content[row...] = [String(content[row].prefix(column))]
                default: content[row] += "?"
                }
                rest = rest[(end + 1)...]
            default:
                var line = Array(content[row])
                while line.count <= column { line.append(" ") }
                line[column] = character
                content[row] = String(line)
                column += 1
            }
        }
    }
}
