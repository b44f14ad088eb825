import Foundation
import Testing

@testable import Warren

/// Commands that fail, are gone on with, or are not what their requester meant.
@Suite(.serialized, .takingTurns) struct CommandFailureTests {
    @Test func commandThatFailsAtRandomIsTriedAgainItemByItem() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            let log = try TestRun.makeFolder("log") + "/joblog"
            try await warren.commandWorker("w", pool: pool)
            let (submit, path) = try warren.submit(
                "--shell",
                "--map",
                "[ $(od -An -N1 -tu1 /dev/urandom) -ge 26 ] && echo {}",
                "--range",
                "1..200",
                "--retries",
                "20",
                "-k",
                "--joblog",
                log,
                "--pool",
                pool
            )
            #expect(try await submit.exit(within: .seconds(120)) == .exited(0))
            #expect(submit.output == (1...200).map { "\($0)\n" }.joined())
            let receipt = try Receipt(at: path)
            #expect(receipt.units == 200 && receipt.retried >= 1)
            // Only what had failed was run once more.
            let attempts = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").count - 1
            #expect(attempts == 200 + receipt.retried)
            #expect(receipt.cpuSeconds > 0 && receipt.peakMemory > 0)
        }
    }

    @Test func itemsThatFailForGoodAreNamedOrSkipped() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            let list = try TestRun.makeFolder("failed") + "/list"
            try await warren.commandWorker("w", pool: pool)
            let command = [
                "submit", "--shell", "--map", "test {} != seven || { echo no luck >&2; exit 9; }; echo {}",
            ]
            let items = ["five", "six", "seven", "eight"].joined(separator: "\n")
            let options = ["--input", "-", "--retries", "1", "--pool", pool, "-k"]
            let stop = try warren.start(command + options, input: items)
            #expect(try await stop.exit() == .exited(1))
            #expect(stop.tail.contains("“seven”: unit 2 failed for good, last on w: "))
            #expect(stop.tail.contains("ended with exit code 9; its last words:"))
            #expect(stop.tail.contains("no luck"))
            let skip = try warren.start(
                command + options + ["--on-failure", "skip", "--failed", list],
                input: items
            )
            #expect(try await skip.exit() == .exited(3))
            #expect(skip.output == "five\nsix\neight\n")
            #expect(try String(contentsOfFile: list, encoding: .utf8) == "seven\n")
        }
    }

    @Test func readerThatHasSeenEnoughEndsTheJobWithoutAWord() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            try await warren.commandWorker("w", pool: pool)
            let said = try TestRun.makeFolder("head") + "/said"
            let submit = "\(WarrenProcess.binary) submit --map 'echo {}' --range 1..1000000 --pool \(pool) -k"
            let output = try byHand(
                """
                export WARREN_BROKER=\(broker.url)
                { \(submit) 2>\(said); echo "exit code $?" >>\(said); } | head -n 3
                """
            )
            #expect(output == "1\n2\n3\n")
            let lines = try String(contentsOfFile: said, encoding: .utf8).split(separator: "\n")
            // It says which job it is, perhaps how far it came, and nothing of a pipe.
            #expect(lines.first?.hasPrefix("job ") == true && lines.last == "exit code 141")
            #expect(
                !lines.contains { $0.contains("pipe") || $0.contains("failed") || $0.hasPrefix("warren:") }
            )
            try await broker.queue(of: pool) { $0.ready == 0 && $0.unacknowledged == 0 }
        }
    }

    @Test func finishedItemsAreLeftOutWhenAJobIsResumed() async throws {
        let broker = try await TestBroker.shared
        try await withWarren(broker) { warren in
            let pool = freshPool()
            let folder = try TestRun.makeFolder("resume")
            try await warren.commandWorker("w", pool: pool)
            let map = "test -e \(folder)/ready -o {} -lt 40 && echo {}"
            let first = try warren.start(
                "submit",
                "--shell",
                "--map",
                map,
                "--range",
                "1..50",
                "--retries",
                "0",
                "--on-failure",
                "skip",
                "--failed",
                folder + "/failed",
                "-k",
                "--joblog",
                folder + "/log",
                "--pool",
                pool
            )
            #expect(try await first.exit() == .exited(3))
            try "".write(toFile: folder + "/ready", atomically: false, encoding: .utf8)
            let second = try warren.start(
                "submit",
                "--shell",
                "--map",
                map,
                "--range",
                "1..50",
                "-k",
                "--resume",
                folder + "/log",
                "--pool",
                pool
            )
            #expect(try await second.exit() == .exited(0))
            #expect(second.output == (40...50).map { "\($0)\n" }.joined())
            let third = try warren.start(
                "submit",
                "--shell",
                "--map",
                map,
                "--range",
                "1..50",
                "--resume",
                folder + "/log",
                "--pool",
                pool
            )
            #expect(try await third.exit() == .exited(0))
            #expect(third.output.isEmpty)
        }
    }

    @Test func timeLimitIsCheckedAgainstTheBrokers() async throws {
        let broker = try await TestBroker.shared
        let version: String = try await broker.evaluate("list_to_binary(rabbit_misc:version())")
        try await withWarren(broker) { warren in
            let pool = freshPool()
            try await warren.commandWorker("w", pool: pool)
            let submit = try warren.start(
                ["submit", "--map", "echo {}", "--range", "1..1", "--timeout", "31m", "--pool", pool]
            )
            #expect(try await submit.exit() == .exited(0))
            let isOld = version.hasPrefix("3.") && !version.hasPrefix("3.12") && !version.hasPrefix("3.13")
            #expect(submit.tail.contains("after 30 minutes unless its consumer_timeout is higher") == isOld)
        }
    }

    @Test(arguments: [
        (["--map", "echo a | wc", "--range", "1..2"], "--shell"),
        (["--map", "echo {}"], "--input"),
        (["--map", "echo", "--items", "/etc/hostname"], "has none"),
        (["--map", "echo {}", "--range", "2..1"], "--range takes two numbers"),
        (["--map", "echo {}", "--range", "1..2", "--success", "none"], "--success takes exit codes"),
        (
            ["--map", "echo {}", "--range", "1..2", "--reduce", "cat {}"],
            "--reduce reads what the runs print"
        ),
        (["--map", "echo {}", "--range", "1..2", "--timeout", "8d"], "longer than the 7 days"),
        (["primes", "--shell"], "--shell goes with --map"),
        (
            ["--map", "echo {}", "--range", "1..2", "--resume", "/dev/null", "--reduce", "wc -l"],
            "--reduce would see only the rest"
        ),
        (["--map", "echo {}", "--range", "1..2", "--failed", "/nosuch/list"], "/nosuch/"),
        (["--map", "echo {}", "--range", "1..2", "--set", "a=b"], "a command has no parameters"),
    ])
    func mistakeIsNamedBeforeAnythingIsSent(arguments: [String], message: String) async throws {
        try await withWarren(nil) { warren in
            let submit = try warren.start(["submit", "--broker", "amqp://127.0.0.1:1"] + arguments)
            #expect(try await submit.exit() == .exited(64))
            #expect(submit.tail.contains(message))
        }
    }
}
