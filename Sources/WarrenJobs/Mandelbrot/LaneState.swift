/// Eight points under way.
struct LaneState {
    typealias Lanes = EscapeTime.Lanes

    var x = Lanes.zero
    var y = Lanes.zero
    var real = Lanes.zero
    var imaginary = Lanes.zero
    /// Taken so far; whole numbers.
    var steps = Lanes.zero
    /// Where each was at some earlier time.
    var markX = Lanes.zero
    var markY = Lanes.zero
    /// When it is to be looked at again where each is: at twice the steps.
    var markAt = Lanes.zero
    /// Which point each lane has; below 0 if none.
    var number = SIMD8<Int64>(repeating: -1)

    @inline(__always)
    mutating func step(_ times: Int) {
        var (x, y) = (x, y)
        for _ in 0..<times {
            let (squareX, squareY, product) = (x * x, y * y, x * y)
            x = squareX - squareY + real
            y = product + product + imaginary
        }
        (self.x, self.y) = (x, y)
        steps += Lanes(repeating: Double(times))
    }

    @inline(__always)
    mutating func mark() {
        let isDue = steps .>= markAt
        markX.replace(with: x, where: isDue)
        markY.replace(with: y, where: isDue)
        markAt.replace(with: steps + steps, where: isDue)
    }

    /// Gives a lane a point; it is to be restarted as well.
    @inline(__always)
    mutating func begin(_ lane: Int, _ number: Int, _ real: Double, _ imaginary: Double) {
        self.number[lane] = Int64(number)
        self.real[lane] = real
        self.imaginary[lane] = imaginary
    }

    /// At 0 nothing happens, for ever.
    @inline(__always)
    mutating func rest(_ lane: Int) { begin(lane, -1, 0, 0) }

    /// Puts lanes that have begun at the start, all of them at once: one by one, each would go through memory.
    @inline(__always)
    mutating func restart(_ lanes: SIMDMask<Lanes.MaskStorage>) {
        x.replace(with: 0, where: lanes)
        y.replace(with: 0, where: lanes)
        steps.replace(with: 0, where: lanes)
        markX.replace(with: .infinity, where: lanes)
        markY.replace(with: .infinity, where: lanes)
        markAt.replace(with: 0, where: lanes)
    }
}
