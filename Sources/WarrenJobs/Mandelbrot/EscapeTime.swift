import Warren

/// How many steps of z² + c it takes a point to leave, made smooth.
///
/// All samples go through the same operations, in the same order, whatever lane they are in and whatever is beside
/// them, and none of these is left to a mathematical library: the same doubles on every machine.
struct EscapeTime: Sendable {
    /// A point that has not left after so many steps counts as one of the set.
    let limit: Int

    /// What is said of a point that never leaves.
    static let never = -1.0

    /// Beyond this square of the distance, far enough for the smooth count to be smooth.
    private static let far = 65_536.0
    /// Steps between two looks at whether a lane is done. Those of a lane that left are then gone through again.
    private static let stride = 8
    /// Looks at the lanes between two at whether to go on: half a millisecond.
    private static let patience = 4096

    typealias Lanes = SIMD8<Double>

    /// Finds out about all points, in place.
    ///
    /// - Parameters:
    ///   - points: Their number.
    ///   - point: The point of a number.
    ///   - found: Gets the smooth count of a number, or ``never``, in any order.
    /// - Throws: If nobody waits for it any more.
    @inline(__always)
    func count(
        _ points: Int,
        at point: (Int) -> (real: Double, imaginary: Double),
        in context: FragmentContext,
        found: (Int, Double) -> Void
    ) throws {
        var lanes = LaneState()
        var next = 0
        var busy = 0
        for lane in 0..<Lanes.scalarCount {
            if fill(&lanes, lane, &next, points, point, found) { busy += 1 }
        }
        lanes.restart(SIMDMask(repeating: true))
        var looks = 0
        while busy > 0 {
            looks += 1
            if looks % Self.patience == 0 { try context.checkCancellation() }
            let (x, y) = (lanes.x, lanes.y)
            lanes.step(Self.stride)
            let hasLeft = .!(lanes.x * lanes.x + lanes.y * lanes.y .<= Lanes(repeating: Self.far))
            // Exactly where it was before: it goes round for ever.
            let isRound = (lanes.x .== lanes.markX) .& (lanes.y .== lanes.markY)
            let isOver = lanes.steps .>= Lanes(repeating: Double(limit))
            let isDone = hasLeft .| isRound .| isOver
            lanes.mark()
            guard any(isDone) else { continue }
            for lane in 0..<Lanes.scalarCount where isDone[lane] {
                guard lanes.number[lane] >= 0 else { continue }
                let count =
                    hasLeft[lane]
                    ? smooth(
                        from: (x[lane], y[lane]),
                        (lanes.real[lane], lanes.imaginary[lane]),
                        after: Int(lanes.steps[lane]) - Self.stride
                    ) : Self.never
                found(Int(lanes.number[lane]), count)
                if !fill(&lanes, lane, &next, points, point, found) { busy -= 1 }
            }
            lanes.restart(isDone)
        }
    }

    /// Gives a lane the next point that is not known at once to be of the set; false if there is none.
    @inline(__always)
    private func fill(
        _ lanes: inout LaneState,
        _ lane: Int,
        _ next: inout Int,
        _ points: Int,
        _ point: (Int) -> (real: Double, imaginary: Double),
        _ found: (Int, Double) -> Void
    ) -> Bool {
        while next < points {
            let number = next
            next += 1
            let (real, imaginary) = point(number)
            if Self.isInMainBodies(real, imaginary) {
                found(number, Self.never)
                continue
            }
            lanes.begin(lane, number, real, imaginary)
            return true
        }
        lanes.rest(lane)
        return false
    }

    /// Whether a point is in the cardioid or in the disc to its left, which are most of the set.
    @inline(__always)
    static func isInMainBodies(_ real: Double, _ imaginary: Double) -> Bool {
        let square = imaginary * imaginary
        let fromCusp = real - 0.25
        let distance = fromCusp * fromCusp + square
        if distance * (distance + fromCusp) <= 0.25 * square { return true }
        let fromCentre = real + 1
        return fromCentre * fromCentre + square <= 0.0625
    }

    /// Goes through the last steps again, one by one, to where the point leaves.
    private func smooth(
        from start: (x: Double, y: Double),
        _ point: (real: Double, imaginary: Double),
        after steps: Int
    ) -> Double {
        var (x, y) = start
        for step in 1...Self.stride {
            let (squareX, squareY, product) = (x * x, y * y, x * y)
            x = squareX - squareY + point.real
            y = product + product + point.imaginary
            let distance = x * x + y * y
            guard distance <= Self.far else {
                let count = steps + step
                // From one step to the next the logarithm of the distance doubles; 16 is that of `far`.
                return count > limit ? Self.never : Double(count) + 1 - log2(log2(distance) / 16)
            }
        }
        return Self.never
    }

    /// The binary logarithm of a positive number that is not too small, to some eleven digits: written out, since
    /// those of C differ.
    func log2(_ number: Double) -> Double {
        var exponent = Double(Int(number.bitPattern >> 52) - 1023)
        var significand = Double(bitPattern: number.bitPattern & 0xF_FFFF_FFFF_FFFF | 0x3FF0_0000_0000_0000)
        if significand > 1.414_213_562_373_095 {
            significand = significand / 2
            exponent = exponent + 1
        }
        // The series of the area tangent: t + t³/3 + t⁵/5 …, with |t| below 0.172.
        let ratio = (significand - 1) / (significand + 1)
        let square = ratio * ratio
        var sum = 1.0 / 13
        sum = sum * square + 1.0 / 11
        sum = sum * square + 1.0 / 9
        sum = sum * square + 1.0 / 7
        sum = sum * square + 1.0 / 5
        sum = sum * square + 1.0 / 3
        sum = sum * square + 1
        return exponent + ratio * sum * 2.885_390_081_777_926_8
    }
}
