import Foundation
import Testing

/// What a terminal shows of a picture; `script` makes the terminal.
@Suite(.serialized, .takingTurns) struct PreviewTests {
    @Test func terminalShowsThePictureInTheColorsThatItHas() throws {
        let folder = try TestRun.makeFolder("preview")
        let full = try onTerminal(
            "run mandelbrot --set size=160x90 -o \(folder)/a.png",
            "COLORTERM=truecolor"
        )
        #expect(full.contains("▀") && full.contains("\u{1B}[38;2;") && !full.contains("\u{1B}[38;5;"))
        let few = try onTerminal("run mandelbrot --set size=160x90 -o \(folder)/b.png", "COLORTERM=")
        #expect(few.contains("▀") && few.contains("\u{1B}[38;5;") && !few.contains("\u{1B}[38;2;"))
        let none = try onTerminal("run mandelbrot --set size=160x90 -o \(folder)/c.png", "NO_COLOR=1")
        #expect(!none.contains("▀") && none.contains("ok "))
        for text in [full, few] {
            // The picture stays, the receipt is the last line, and nothing is left coloured.
            let lines = text.split(separator: "\r\n")
            #expect(lines.last?.contains("ok ") == true)
            #expect(lines.dropLast().last?.hasSuffix("\u{1B}[0m") == true)
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder + "/a.png")).count > 1000)
    }

    @Test func nothingIsDrawnWhereNobodyLooks() async throws {
        let folder = try TestRun.makeFolder("preview")
        try await withWarren(nil) { warren in
            let run = try warren.start(
                "run",
                "mandelbrot",
                "--set",
                "size=160x90",
                "-o",
                folder + "/a.png",
                environment: ["TERM": "xterm-256color", "COLORTERM": "truecolor"]
            )
            #expect(try await run.exit() == .exited(0))
            #expect(!run.lines.contains { $0.text.contains("\u{1B}") || $0.text.contains("▀") })
        }
    }

    @Test func interruptedPictureLeavesATidyTerminalAndNoFile() throws {
        let folder = try TestRun.makeFolder("preview")
        let text = try onTerminal(
            "run mandelbrot --set iterations=10000000 --set samples=8 -o \(folder)/a.png",
            "COLORTERM=truecolor",
            // In the foreground it signals once: a second time would be a second Ctrl-C.
            before: "timeout --foreground -s INT 4"
        )
        #expect(text.contains("cancelled by its requester"))
        #expect(text.split(separator: "\r\n").last?.hasPrefix("cancelled ") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
    }

    /// One sees the workers paint, and that another one paints what a killed one had in hand.
    @Test func tilesOfAKilledWorkerComeFromAnother() async throws {
        let broker = try await TestBroker.shared
        let (folder, pool) = (try TestRun.makeFolder("preview"), freshPool())
        let command =
            "submit mandelbrot --set size=640x360 --set iterations=5000 --fragment-size 1 -o \(folder)/a.png"
            + " --pool \(pool) --broker \(try broker.url)"
        try await withWarren(broker) { warren in
            let victim = try await warren.worker("victim", pool: pool)
            let terminal = Task.detached { try onTerminal(command, "COLORTERM=truecolor") }
            try await victim.line(containing: "first fragment")
            try await broker.worker("victim", of: pool, hasAnswered: 1)
            victim.freeze()
            victim.kill()
            try await warren.worker("successor", pool: pool)
            let text = try await terminal.value
            let drawn = try #require(text.firstRange(of: "▀"))
            let redelivered = try #require(text.firstRange(of: "redelivered"))
            #expect(drawn.lowerBound < redelivered.lowerBound)
            #expect(text[redelivered.upperBound...].contains("▀"))
            // Each in a colour of its own.
            #expect(text.contains("38;2;255;99;71m▌\u{1B}[0m victim: "))
            #expect(text.contains("38;2;64;224;208m▌\u{1B}[0m successor: "))
            #expect(text.split(separator: "\r\n").last?.contains("2 workers") == true)
        }
    }

    @Test func pictureIsNotWrittenToATerminal() throws {
        let text = try onTerminal("run mandelbrot; echo code $?", "COLORTERM=truecolor")
        #expect(text.contains("the result of mandelbrot is image/png, which a terminal cannot show"))
        #expect(text.contains("-o FILE") && text.contains("code 64"))
    }

    /// What a terminal of 80 by 24 is sent.
    private func onTerminal(_ arguments: String, _ variable: String, before: String = "env") throws -> String
    {
        let command =
            "stty cols 80 rows 24; TERM=xterm-256color \(variable) \(before) \(WarrenProcess.binary) \(arguments)"
        let home = try TestRun.makeFolder("home")
        return try byHand(
            "unset NO_COLOR COLORTERM; WARREN_HOME=\(home) script -qefc '\(command)' /dev/null </dev/null"
        )
    }
}
