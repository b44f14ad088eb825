import TestSupport
import Testing

@testable import Warren

struct CommandWordsTests {
    @Test(arguments: [
        ("wc -l", ["wc", "-l"]),
        (" \t wc\t -l \n", ["wc", "-l"]),
        ("grep 'a b' x", ["grep", "a b", "x"]),
        ("grep 'a\nb'", ["grep", "a\nb"]),
        ("echo a'b'\"c\"\\d", ["echo", "abcd"]),
        ("echo '' \"\"", ["echo", "", ""]),
        ("'' x", ["", "x"]),
        (#"echo '\n$x`*"'"#, ["echo", #"\n$x`*""#]),
        (#"echo "\"\\\$\`" "\n'""#, ["echo", "\"\\$`", "\\n'"]),
        ("echo \"a\\\nb\" c\\\nd \\\n e", ["echo", "ab", "cd", "e"]),
        (##"echo \'\"\ \*\|\$x\~ \#"##, ["echo", "'\" *|$x~", "#"]),
        ("echo $ a$ a$/b \"$\" \"a$ b\"", ["echo", "$", "a$", "a$/b", "$", "a$ b"]),
        ("echo a~ a#b x=1 -o=x a=b", ["echo", "a~", "a#b", "x=1", "-o=x", "a=b"]),
        ("--x=1 y", ["--x=1", "y"]),
        ("1x=1 y", ["1x=1", "y"]),
        ("'x'=1 y", ["x=1", "y"]),
        ("[ -e a ]", ["[", "-e", "a", "]"]),
        ("jq .[] ]a[", ["jq", ".[]", "]a["]),
        (#"jq .[0\] '[0]' "[0]""#, ["jq", ".[0]", "[0]", "[0]"]),
        ("echo {} {.} {/} {/.} {//} {#}", ["echo", "{}", "{.}", "{/}", "{/.}", "{//}", "{#}"]),
        ("{} a{}b '{}' \"{} x\" {#}.txt", ["{}", "a{}b", "{}", "{} x", "{#}.txt"]),
        ("awk '{print $1}' {}", ["awk", "{print $1}", "{}"]),
        ("größe \u{a0}\\😀 'e\u{301}'", ["größe", "\u{a0}😀", "e\u{301}"]),
        ("a\r\n", ["a\r"]),
    ])
    func commandIsSplitAsByTheShell(command: String, words: [String]) throws {
        #expect(try CommandWords.split(command) == words)
    }

    @Test(arguments: [
        ("sort {} | uniq", "|"),
        ("make && true", "&"),
        ("make;true", ";"),
        ("sort <{}", "<"),
        ("sort {} 2>&1", ">"),
        ("(make)", "("),
        ("make )", ")"),
        ("echo `date`", "`"),
        ("echo \"`date`\"", "`"),
        ("echo $HOME", "$"),
        ("echo a$_", "$"),
        ("echo ${HOME}", "$"),
        ("echo $(date)", "$"),
        ("echo $1", "$"),
        ("echo $?", "$"),
        ("echo $$", "$"),
        ("echo $[1]", "$"),
        ("echo $\\\nHOME", "$"),
        ("echo $'a'", "$"),
        ("echo $\"a\"", "$"),
        ("echo \"a $HOME\"", "$"),
        ("echo \"${HOME}\"", "$"),
        ("echo \"$(date)\"", "$"),
        ("wc *.txt", "*"),
        ("wc a?", "?"),
        ("wc [ab].txt", "["),
        ("wc []]", "["),
        ("ls ~/data", "~"),
        ("~/bin/x", "~"),
        ("make # all", "#"),
        ("#make", "#"),
        ("make\\\n #all", "#"),
        ("LANG=C sort", "LANG="),
        ("_1=\"a b\" sort", "_1="),
        ("wc a\nwc b", "a line break"),
    ])
    func whatOnlyAShellUnderstandsIsRefused(command: String, what: String) {
        let error = #expect(throws: WarrenError.self) { try CommandWords.split(command) }
        #expect(error?.code == .usage)
        for word in [what, "“\(command)”", "single quotes", "--shell"] {
            #expect(error?.message.contains(word) == true, "\(word)")
        }
    }

    @Test(arguments: [
        ("echo 'a", "'"), ("echo \"a", "\""), ("echo \"a\\", "\""), ("echo \"a'", "\""), ("echo a\\", "\\"),
    ])
    func quoteWithoutItsEndIsRefused(command: String, quote: String) {
        let error = #expect(throws: WarrenError.self) { try CommandWords.split(command) }
        #expect(error?.code == .usage)
        #expect(error?.message.contains("“\(quote)”") == true)
        #expect(error?.message.contains("“\(command)”") == true)
    }

    @Test(arguments: ["", "  ", "\n", "\\\n"]) func emptyCommandIsRefused(_ command: String) {
        let error = #expect(throws: WarrenError.self) { try CommandWords.split(command) }
        #expect(error?.code == .usage)
        #expect(error?.message.contains("empty") == true)
    }

    @Test(arguments: [
        ("", "''"),
        ("a", "a"),
        ("/usr/bin/x-1_2.tar:a@b+c%d,e", "/usr/bin/x-1_2.tar:a@b+c%d,e"),
        ("--size=1", "--size=1"),
        ("size=1", "'size=1'"),
        ("a b", "'a b'"),
        ("it's", #"'it'\''s'"#),
        ("'", #"''\'''"#),
        ("$x", "'$x'"),
        ("~", "'~'"),
        ("{}", "'{}'"),
        ("ö", "'ö'"),
        ("a\n", "'a\n'"),
    ])
    func onlyWhatIsNotPlainIsQuoted(word: String, quoted: String) {
        #expect(CommandWords.quoted(word) == quoted)
    }

    @Test func quotedWordsAreSplitIntoThemselves() throws {
        var random = SeededRandom()
        for _ in 0..<10_000 {
            let words = (0..<10).map { _ in randomWord(&random) }
            let command = words.map(CommandWords.quoted).joined(separator: " ")
            let back = try CommandWords.split(command)
            // Strings would be equal if their characters were, however they are composed.
            guard back.map({ Array($0.utf8) }) == words.map({ Array($0.utf8) }) else {
                Issue.record("\(words) came back as \(back)")
                return
            }
        }
    }

    private func randomWord(_ random: inout SeededRandom) -> String {
        let special = Array("'\"\\$` \t\n\r|&;<>()*?[]~#={}!%/.-_aZ0".unicodeScalars)
        var word = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...8, using: &random) {
            if Int.random(in: 0..<4, using: &random) > 0 {
                word.append(special[Int.random(in: 0..<special.count, using: &random)])
            } else if let scalar = Unicode.Scalar(UInt32.random(in: 1...0x10FFFF, using: &random)) {
                word.append(scalar)
            }
        }
        return String(word)
    }
}
