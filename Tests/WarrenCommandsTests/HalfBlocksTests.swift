import TestSupport
import Testing
import Warren

@testable import WarrenCommands

struct HalfBlocksTests {
    private let red = RGB(255, 0, 0)
    private let blue = RGB(0, 0, 255)

    @Test func twoSpotsShareACharacter() {
        let lines = HalfBlocks.lines([red, red, blue, blue], columns: 2, .full)
        #expect(lines == ["\u{1B}[38;2;255;0;0m\u{1B}[48;2;0;0;255m▀▀\u{1B}[0m"])
    }

    @Test func whatIsNotThereIsTheTerminalsOwn() {
        #expect(HalfBlocks.lines([nil, nil, nil, nil], columns: 2, .full) == ["  "])
        #expect(HalfBlocks.lines([nil, red], columns: 1, .full) == ["\u{1B}[38;2;255;0;0m▄\u{1B}[0m"])
        let mixed = HalfBlocks.lines([red, nil, blue, nil], columns: 2, .full)
        #expect(mixed == ["\u{1B}[38;2;255;0;0m\u{1B}[48;2;0;0;255m▀\u{1B}[49m \u{1B}[0m"])
    }

    @Test func terminalWithFewColorsGetsTheNearest() {
        #expect(ColorDepth.index(RGB(0, 0, 0)) == 16)
        #expect(ColorDepth.index(RGB(255, 255, 255)) == 231)
        #expect(ColorDepth.index(red) == 196)
        #expect(ColorDepth.index(RGB(128, 128, 128)) == 244)
        #expect(
            HalfBlocks.lines([red, RGB(254, 1, 0)], columns: 1, .indexed) == [
                "\u{1B}[38;5;196m\u{1B}[48;5;196m▀\u{1B}[0m"
            ]
        )
        for color in 0..<4096 {
            let rgb = RGB(UInt8((color >> 8) * 17), UInt8((color >> 4 & 15) * 17), UInt8((color & 15) * 17))
            #expect((16...255).contains(ColorDepth.index(rgb)))
        }
    }

    @Test func everyLineEndsAsItBegan() {
        var random = SeededRandom()
        for _ in 0..<300 {
            let (columns, lines) = (1 + random.below(40), 1 + random.below(20))
            let spots = (0..<columns * lines * 2).map { _ in
                random.once(in: 3) ? nil : RGB(UInt8(random.below(4)), UInt8(random.below(256)), 0)
            }
            let drawn = HalfBlocks.lines(spots, columns: columns, random.once(in: 2) ? .full : .indexed)
            #expect(drawn.count == lines)
            for line in drawn {
                #expect(line.filter { " ▀▄".contains($0) }.count == columns)
                #expect(!line.contains("\u{1B}") || line.hasSuffix("\u{1B}[0m"))
            }
        }
    }

    @Test func pictureFitsAndKeepsItsShape() {
        var random = SeededRandom()
        for _ in 0..<2000 {
            let size = PictureSize(width: 1 + random.below(10_000), height: 1 + random.below(10_000))
            let (columns, lines) = (random.below(300), random.below(100))
            guard let fit = HalfBlocks.fit(size, columns: columns, lines: lines) else {
                #expect(columns < 8 || lines < 4)
                continue
            }
            #expect((1...columns).contains(fit.columns) && (1...lines).contains(fit.lines))
            #expect(fit.columns == columns || fit.lines == lines)
        }
        #expect(HalfBlocks.fit(PictureSize(width: 1920, height: 1080), columns: 79, lines: 40)?.lines == 22)
    }
}
