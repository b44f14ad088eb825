import Foundation
import Testing

@testable import Warren

/// Programs in any language as jobs: the result is what they yield when run by hand.
@Suite(.serialized, .takingTurns) struct CommandTests {
    private func text(lines: Int) throws -> String {
        let path = try TestRun.makeFolder("text") + "/text"
        let text = (1...lines).map { "line \($0) has 100% of its \"words\" & 'quotes'\n" }.joined()
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        return path
    }

    @Test func stretchesOfFilesComeOnStandardInputAndWorkersMayDie() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            let path = try text(lines: 50_000)
            try await warren.commandWorker("stays", pool: pool)
            let submit = try warren.start(
                "submit",
                "--map",
                "sh -c 'sleep 0.05; tr a-z A-Z'",
                "--input",
                path,
                "--keep-order",
                "--pool",
                pool,
                "--fragment-size",
                "40000"
            )
            for number in 0..<4 {
                let victim = try await warren.commandWorker("victim-\(number)", pool: pool)
                _ = try? await victim.line(containing: "first fragment", within: .seconds(5))
                victim.kill()
            }
            #expect(try await submit.exit(within: .seconds(120)) == .exited(0))
            #expect(try submit.output == byHand("tr a-z A-Z <\(path)"))
        }
    }

    @Test func itemsBecomeCommandLinesOfTheirOwn() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            let folder = try TestRun.makeFolder("items")
            for name in ["a b.txt", "it's.tar.gz", "plain"] {
                try "x".write(toFile: folder + "/" + name, atomically: false, encoding: .utf8)
            }
            try await warren.commandWorker("w", pool: pool)
            let submit = try warren.start(
                "submit",
                "--map",
                "printf '%s|%s|%s|%s|%s|%s\\n' {} {.} {/} {/.} {//} {#}",
                "--items",
                folder,
                "-k",
                "--pool",
                pool
            )
            #expect(try await submit.exit() == .exited(0))
            #expect(
                submit.output == """
                    \(folder)/a b.txt|\(folder)/a b|a b.txt|a b|\(folder)|1
                    \(folder)/it's.tar.gz|\(folder)/it's.tar|it's.tar.gz|it's.tar|\(folder)|2
                    \(folder)/plain|\(folder)/plain|plain|plain|\(folder)|3

                    """
            )
        }
    }

    @Test func linesOfStandardInputKeepTheirOrder() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            try await warren.commandWorker("w", pool: pool)
            let numbers = (1...300).map { "\($0)" }
            let submit = try warren.start(
                "submit",
                "--map",
                "echo {#}:{}",
                "--input",
                "-",
                "--keep-order",
                "--pool",
                pool,
                input: numbers.joined(separator: "\n") + "\n"
            )
            #expect(try await submit.exit() == .exited(0))
            #expect(submit.output == numbers.map { "\($0):\($0)\n" }.joined())
        }
    }

    @Test func partialsAreReducedAsAStreamAndCombinedWhereTheyCameFrom() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            let path = try text(lines: 20_000)
            try await warren.commandWorker("w", pool: pool)
            let reduce = "awk '{n+=$1} END {print n}'"
            let submit = try warren.start(
                "submit",
                "--map",
                "grep -c 9",
                "--input",
                path,
                "--reduce",
                reduce,
                "--pool",
                pool
            )
            #expect(try await submit.exit() == .exited(0))
            #expect(try submit.output == byHand("grep -c 9 \(path)"))
            let combined = try warren.start(
                "submit",
                "--map",
                "echo {}",
                "--range",
                "1..500",
                "--combine",
                reduce,
                "--reduce",
                reduce,
                "--pool",
                pool
            )
            #expect(try await combined.exit() == .exited(0))
            #expect(combined.output == "125250\n")
            let failing = try warren.start(
                "submit",
                "--map",
                "echo {}",
                "--range",
                "1..3",
                "--reduce",
                "sh -c 'cat >/dev/null; exit 4'",
                "--pool",
                pool
            )
            #expect(try await failing.exit() == .exited(1))
            #expect(failing.tail.contains("--reduce sh -c 'cat >/dev/null; exit 4' ended with exit code 4"))
        }
    }

    @Test func oddProgramsYieldWhatTheyYieldByHand() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            let path = try text(lines: 2000)
            try await warren.commandWorker("w", pool: pool)
            // Prints nothing; closes its input early; prints what is no UTF-8; is written in Python.
            let silent = try warren.start("submit", "--map", "true", "--input", path, "--pool", pool)
            #expect(try await silent.exit() == .exited(0))
            #expect(silent.output.isEmpty)
            let early = try warren.start(
                "submit",
                "--map",
                "head -n 1",
                "--input",
                path,
                "--fragment-size",
                "1000000",
                "--pool",
                pool
            )
            #expect(try await early.exit() == .exited(0))
            #expect(try early.output == byHand("head -n 1 \(path)"))
            let output = try TestRun.makeFolder("output") + "/bytes"
            let bytes = try warren.start(
                "submit",
                "--map",
                #"printf '\377\376{}\n'"#,
                "--range",
                "1..3",
                "-k",
                "-o",
                output,
                "--pool",
                pool
            )
            #expect(try await bytes.exit() == .exited(0))
            let expected: [UInt8] = (1...3).flatMap { number -> [UInt8] in
                [0xFF, 0xFE] + Array("\(number)\n".utf8)
            }
            #expect(try Array(Data(contentsOf: URL(fileURLWithPath: output))) == expected)
            let python = try warren.start(
                "submit",
                "--map",
                "python3 -c 'print(int(\"{}\") ** 9)'",
                "--range",
                "10..12",
                "-k",
                "--pool",
                pool
            )
            #expect(try await python.exit() == .exited(0))
            #expect(python.output == "1000000000\n2357947691\n5159780352\n")
        }
    }

    @Test func outputMayBeLargerThanAnybodyHolds() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            let output = try TestRun.makeFolder("large") + "/output"
            try await warren.commandWorker("w", pool: pool)
            let (submit, path) = try warren.submit(
                "--map",
                "sh -c 'head -c 4194304 /dev/zero' {}",
                "--range",
                "1..256",
                "--keep-order",
                "-o",
                output,
                "--pool",
                pool
            )
            let peak = try await submit.peakMemory()
            #expect(try await submit.exit(within: .seconds(180)) == .exited(0))
            let size = try FileManager.default.attributesOfItem(atPath: output)[.size] as? Int
            #expect(size == 1 << 30)
            #expect(try Receipt(at: path).units == 256)
            #expect(peak < 400 << 20)
            try FileManager.default.removeItem(atPath: output)
        }
    }

    @Test func numbersOfItemsBeginWithOne() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            try await warren.commandWorker("w", pool: pool)
            let submit = try warren.start(
                ["submit", "--map", "echo {#} {}", "--range", "5..7", "-k", "--pool", pool]
            )
            #expect(try await submit.exit() == .exited(0))
            #expect(submit.output == "1 5\n2 6\n3 7\n")
        }
    }

    @Test func commandsRunWhereAndAsTheyAreTold() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            let folder = try TestRun.makeFolder("chdir")
            try await warren.commandWorker("w", pool: pool)
            let submit = try warren.start(
                "submit",
                "--shell",
                "--map",
                "pwd; echo $GREETING $WARREN_ATTEMPT $WARREN_BROKER {}",
                "--range",
                "1..1",
                "--chdir",
                folder,
                "--env",
                "GREETING=hello",
                "--pool",
                pool
            )
            #expect(try await submit.exit() == .exited(0))
            #expect(submit.output == "\(folder)\nhello 1 1\n")
            let tagged = try warren.start(
                "submit",
                "--shell",
                "--map",
                "echo a; echo b {}",
                "--range",
                "4..4",
                "--tag",
                "--pool",
                pool
            )
            #expect(try await tagged.exit() == .exited(0))
            #expect(tagged.output == "4\ta\n4\tb 4\n")
            let dry = try warren.start(
                "submit",
                "--map",
                "rm -rf {}",
                "--input",
                "-",
                "--dry-run",
                "--pool",
                pool,
                input: "/\n/a b\n"
            )
            #expect(try await dry.exit() == .exited(0))
            #expect(dry.output == "rm -rf /\nrm -rf '/a b'\n")
        }
    }

    @Test func jobFileMayHoldACommand() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            try await warren.commandWorker("w", pool: pool)
            let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path
            let file = folder + "/../../jobs/checksums.yaml"
            let submit = try warren.start("submit", file, "--items", folder + "/Support", "--pool", pool)
            #expect(try await submit.exit() == .exited(0))
            let names = "find \(folder)/Support -type f | LC_ALL=C sort | xargs sha256sum"
            #expect(try submit.output == byHand(names))
        }
    }
}
