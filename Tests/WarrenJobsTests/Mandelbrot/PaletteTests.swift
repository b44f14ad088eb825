import Testing

@testable import Warren
@testable import WarrenJobs

struct PaletteTests {
    @Test(arguments: Palette.names) func ringHasNoJump(name: String) throws {
        let palette = try #require(Palette(named: name))
        for step in 0..<4096 {
            let (one, next) = (palette[Double(step) / 4096], palette[Double(step + 1) / 4096])
            for path in [\RGB.red, \RGB.green, \RGB.blue] {
                #expect(abs(Int(one[keyPath: path]) - Int(next[keyPath: path])) <= 3, "\(name) at \(step)")
            }
        }
    }

    @Test func colorsPassThroughTheirStopsAndNowhereBeyond() {
        let palette = Palette(
            inside: 0x010203,
            [.init(0, 0x102030), .init(0.25, 0xF0E0D0), .init(0.5, 0x808080)]
        )
        #expect(palette.inside == RGB(1, 2, 3))
        #expect(palette[0] == RGB(0x10, 0x20, 0x30))
        #expect(palette[0.25] == RGB(0xF0, 0xE0, 0xD0))
        #expect(palette[0.5] == RGB(0x80, 0x80, 0x80))
        #expect(palette[7.25] == palette[0.25])
        for step in 0..<4096 { #expect((0x10...0xF0).contains(palette[Double(step) / 4096].red)) }
    }

    @Test func unknownNameIsNoPalette() { #expect(Palette(named: "beige") == nil) }
}
