import Foundation
import Testing

@testable import Warren

/// Programs that behave badly while workers are killed at random: the result is what they yield when run by hand.
@Suite(.serialized, .takingTurns) struct OddProgramTests {
    struct Program: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// `$MARK` is the name of a file that is there from the second run of an item on.
        let map: String
        var input = ["--range", "1..60"]
        var options: [String] = []
        /// The same by hand.
        let byHand: String
    }

    /// Once per item and tenth item, and never again.
    private static func once(_ badly: String) -> String {
        "case {} in *0) [ -e $MARK-{} ] || { touch $MARK-{}; \(badly); };; esac; sleep 0.02; echo {}"
    }

    private static let programs = [
        Program(
            testDescription: "fails once in ten times",
            map: "sleep 0.02; [ $(od -An -N1 -tu1 /dev/urandom) -ge 26 ] && echo {}",
            options: ["--retries", "20"],
            byHand: "seq 1 60"
        ),
        Program(
            testDescription: "hangs",
            map: once("sleep 7777"),
            options: ["--timeout", "1s", "--timeout-retries", "3"],
            byHand: "seq 1 60"
        ),
        Program(
            testDescription: "eats memory",
            map: once("exec python3 -c 'import time; x = bytearray(300000000); time.sleep(60)'"),
            options: ["--memory-retries", "3"],
            byHand: "seq 1 60"
        ),
        Program(
            testDescription: "forks and ignores TERM",
            map: once("trap '' TERM; sleep 7778 & sleep 7778 & sleep 7778; sleep 7778"),
            options: ["--timeout", "1s", "--timeout-retries", "3"],
            byHand: "seq 1 60"
        ),
        Program(
            testDescription: "prints a megabyte at a time",
            map: "sleep 0.02; head -c 1000000 /dev/zero; echo {}",
            options: ["--reduce", "sha256sum"],
            byHand: "for n in $(seq 1 60); do head -c 1000000 /dev/zero; echo $n; done | sha256sum"
        ),
        Program(testDescription: "prints nothing", map: "sleep 0.02; true {}", byHand: "true"),
        Program(
            testDescription: "closes its standard input early",
            map: "exec 0<&-; sleep 0.05; echo closed",
            input: ["--input", #filePath, "--fragment-size", "100"],
            options: ["--reduce", "sort -u"],
            byHand: "echo closed"
        ),
        Program(
            testDescription: "writes no UTF-8",
            map: #"sleep 0.02; printf '\377\376\200%s\n' {}"#,
            options: ["--reduce", "sha256sum"],
            byHand: #"for n in $(seq 1 60); do printf "\377\376\200$n\n"; done | sha256sum"#
        ),
    ]

    @Test(arguments: programs) func yieldsWhatItYieldsByHand(program: Program) async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            let mark = try TestRun.makeFolder("mark") + "/mark"
            try await warren.commandWorker("stays", pool: pool, slots: 1, "--memory", "150MB")
            let map = program.map.replacingOccurrences(of: "$MARK", with: mark)
            let (submit, path) = try warren.submit(
                ["--shell", "--map", map] + program.input + program.options + ["-k", "--pool", pool]
            )
            try await warren.killWorkers(3, pool: pool, "--memory", "150MB", until: submit)
            #expect(try await submit.exit(within: .seconds(120)) == .exited(0))
            #expect(try submit.output == byHand(program.byHand))
            #expect(try Receipt(at: path).state == .ok)
        }
        for sleep in ["7777", "7778"] { try await processesEnd(running: "sleep \(sleep)") }
    }

    @Test func jobThatTrapsOnSomeUnitsIsDoneAllTheSame() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            try await warren.commandWorker("stays", pool: pool, slots: 1)
            let (submit, path) = try warren.submit(
                ["drill", "--set", "units=4000", "--set", "sleep=1000", "--set", "crash=0.005"]
                    + ["--fragment-size", "50", "--pool", pool]
            )
            try await warren.killWorkers(3, pool: pool, until: submit)
            #expect(try await submit.exit(within: .seconds(120)) == .exited(0))
            #expect(submit.output == drillResult(units: 4000))
            #expect(try Receipt(at: path).crashes >= 1)
        }
    }
}
