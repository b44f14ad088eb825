/// Primes at work, grouped by their remainders modulo 30: for each group there is a loop of its own.
struct Strikers {
    private var groups = [[Striker]](repeating: [], count: Wheel.spokes)

    mutating func append(_ striker: Striker) {
        groups[Wheel.index(of: Int(striker.prime))].append(striker)
    }

    /// Strikes the turns that begin before `end`, each to its end, wherever that is.
    mutating func strike(_ segment: inout [UInt8], before end: Int) {
        var segment = segment.mutableSpan
        forEachGroup { group, residue in
            for index in group.indices {
                group[unchecked: index].strike(&segment, before: end, residue: residue)
            }
        }
    }

    /// Strikes what lies in the segment, all else into bytes from `spare` on, and moves on to the next.
    mutating func strikeAll(of segment: inout [UInt8], size: Int, spare: Int) {
        var segment = segment.mutableSpan
        forEachGroup { group, residue in
            for index in group.indices {
                group[unchecked: index].strikeAll(of: &segment, size: size, spare: spare, residue: residue)
            }
        }
    }

    /// Says that the segment now begins `count` bytes later.
    mutating func advance(by count: Int) {
        forEachGroup { group, _ in
            for index in group.indices { group[unchecked: index].advance(by: count) }
        }
    }

    @inline(__always)
    private mutating func forEachGroup(_ body: (inout MutableSpan<Striker>, Int) -> Void) {
        Wheel.forEachSpoke { residue in
            var group = groups[Wheel.index(of: residue)].mutableSpan
            body(&group, residue)
        }
    }
}
