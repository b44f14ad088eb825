import AMQP
import Warren

/// The live part: a picture if there is one, how far the job is, a line for each worker.
extension JobScreen {
    /// Of a picture, in characters: a terminal at the other end of a slow line has to follow.
    private static let widest = 160

    func liveLines(at now: Instant) -> [String] {
        let width = Terminal.width
        var lines: [String] = []
        if let total = progress.unitCount, total > 0 {
            let share = min(Double(progress.units) / Double(total), 1)
            let cells = max(min(width - 4, 60), 10)
            let full = Int(share * Double(cells))
            lines.append(
                "[" + String(repeating: "█", count: full) + String(repeating: "·", count: cells - full) + "]"
            )
        }
        lines.append(summary(at: now))
        let seconds = max((now - started).seconds, 0.001)
        let names = Set(progress.workers.keys).union(reports.keys).sorted()
        // A picture wants the room.
        let shown = names.prefix(picture == nil ? 12 : 6)
        for name in shown {
            let done = progress.workers[name] ?? 0
            let running = reports[name].map { ", \($0.running.count) running" } ?? ""
            lines.append(
                "  \(name): \(Rendering.grouped(done)) fragments, \(Rendering.rate(Double(done) / seconds))/s\(running)"
            )
        }
        if names.count > shown.count { lines.append("  and \(names.count - shown.count) more workers") }
        lines = lines.map { String($0.prefix(max(width - 1, 20))) }
        guard let picture else { return lines }
        mark(&lines, of: shown, picture)
        return self.lines(of: picture, beside: lines.count, at: now) + lines
    }

    /// Puts a worker's colour before its line: that of what it has just painted.
    private func mark(_ lines: inout [String], of names: ArraySlice<String>, _ picture: PicturePreview) {
        guard let depth = ColorDepth.ofTerminal else { return }
        for name in names {
            guard let index = lines.firstIndex(where: { $0.hasPrefix("  \(name): ") }),
                let tint = picture.tint(of: name)
            else { continue }
            let code = depth.code(tint, isBackground: false)
            lines[index] = "\(code)▌\u{1B}[0m" + lines[index].dropFirst()
        }
    }

    /// The picture in the room that `others` leave; nothing if that is too little.
    func lines(of picture: PicturePreview, beside others: Int, at now: Instant?) -> [String] {
        let (columns, lines) = Terminal.size
        guard let depth = ColorDepth.ofTerminal,
            let fit = HalfBlocks.fit(
                picture.size,
                columns: min(columns - 1, Self.widest),
                lines: lines - others - 2
            )
        else { return [] }
        return picture.lines(fit, depth, at: now)
    }
}
