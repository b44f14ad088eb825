/// Draws how many slots were busy over time, as an SVG picture.
package enum BusyChart {
    private static let (width, height, margin) = (800.0, 160.0, 24.0)

    package static func svg(_ report: SimulationReport) -> String {
        let step = width / Double(max(report.busy.count, 1))
        let points = report.busy.enumerated().map { index, busy in
            let top = margin + height * (1 - busy / Double(max(report.slots, 1)))
            return "L \(rounded(Double(index) * step)) \(rounded(top)) H \(rounded(Double(index + 1) * step))"
        }
        let bottom = margin + height
        let ideal = rounded(width * report.ideal / report.makespan)
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Int(width)) \(Int(bottom + margin))" \
            font-family="sans-serif" font-size="12">
            <rect width="100%" height="100%" fill="white"/>
            <text x="2" y="16">\(report.name): \(report.slots) slots, \(rounded(report.makespan)) s, \
            \(rounded(report.ratio * 1000) / 1000) of the ideal</text>
            <path d="M 0 \(bottom) \(points.joined(separator: " ")) V \(bottom) Z" fill="#4a7ebb"/>
            <path d="M \(ideal) \(margin) V \(bottom)" stroke="#c0392b" stroke-dasharray="4 3"/>
            <text x="2" y="\(bottom + 16)">0 s</text>
            <text x="\(width - 2)" y="\(bottom + 16)" text-anchor="end">\(rounded(report.makespan)) s</text>
            </svg>

            """
    }

    private static func rounded(_ number: Double) -> Double { (number * 100).rounded() / 100 }
}
