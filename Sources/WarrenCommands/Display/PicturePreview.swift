import AMQP
import Synchronization
import Warren

/// A picture while workers paint it, as a terminal shows it.
///
/// What has just come is tinted for a moment, in the colour of the worker that painted it.
final class PicturePreview: Sendable {
    private struct State: Sendable {
        var canvas: Canvas
        /// In the order of their first answers.
        var painters: [String] = []
        var latest: Instant?
    }

    let size: PictureSize
    private let started = Instant.now
    private let state: Mutex<State>

    private static let tintedFor: Duration = .milliseconds(700)
    private static let tints = [
        RGB(255, 99, 71), RGB(64, 224, 208), RGB(255, 215, 0), RGB(186, 85, 211), RGB(50, 205, 50),
        RGB(30, 144, 255),
    ]

    init(_ size: PictureSize) {
        self.size = size
        state = Mutex(State(canvas: Canvas(size)))
    }

    /// Paints what a worker has answered; called on the coordinator's thread.
    func paint(as worker: String, at now: Instant, _ body: (inout Canvas) -> Void) {
        let moment = milliseconds(at: now)
        state.withLock { state in
            state.canvas.painter = Self.number(of: worker, &state.painters)
            state.canvas.moment = moment
            state.latest = now
            body(&state.canvas)
        }
    }

    /// Whether there is something to be seen.
    var isEmpty: Bool { state.withLock { $0.latest == nil } }

    /// Whether it looks other in a moment without anything being added.
    func isTinted(at now: Instant) -> Bool {
        state.withLock { $0.latest }.map { now - $0 < Self.tintedFor } ?? false
    }

    /// The colour of a worker, if it has painted anything.
    func tint(of worker: String) -> RGB? {
        state.withLock { state in
            state.painters.firstIndex(of: worker).map { Self.tints[$0 % Self.tints.count] }
        }
    }

    /// - Parameter now: Nil once nothing is added: there are no tints then.
    func lines(_ fit: HalfBlocks.Fit, _ depth: ColorDepth, at now: Instant?) -> [String] {
        let spots = state.withLock { $0.canvas.seen(columns: fit.columns, rows: 2 * fit.lines) }
        let moment = now.map { milliseconds(at: $0) }
        let colors = spots.map { spot in spot.map { color(of: $0, at: moment) } }
        return HalfBlocks.lines(colors, columns: fit.columns, depth)
    }

    private func color(of spot: Canvas.Spot, at moment: UInt32?) -> RGB {
        let span = UInt32(Self.tintedFor.seconds * 1000)
        guard let moment, moment >= spot.moment, moment - spot.moment < span else { return spot.color }
        let tint = Self.tints[Int(spot.painter) % Self.tints.count]
        // From two thirds down to nothing.
        let weight = Int(span - (moment - spot.moment)) * 170 / Int(span)
        func mix(_ color: UInt8, _ tint: UInt8) -> UInt8 {
            UInt8((Int(color) * (256 - weight) + Int(tint) * weight) >> 8)
        }
        return RGB(
            mix(spot.color.red, tint.red),
            mix(spot.color.green, tint.green),
            mix(spot.color.blue, tint.blue)
        )
    }

    private func milliseconds(at now: Instant) -> UInt32 {
        UInt32(max(0, min((now - started).seconds * 1000, 4e9)))
    }

    /// The list is as long as there are workers, and no longer than the numbers reach.
    private static func number(of worker: String, _ painters: inout [String]) -> UInt16 {
        if let index = painters.firstIndex(of: worker) { return UInt16(index) }
        guard painters.count < Int(UInt16.max) else { return 0 }
        painters.append(worker)
        return UInt16(painters.count - 1)
    }
}
