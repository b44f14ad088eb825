import Testing

@testable import Warren

struct CommandTemplateTests {
    @Test(arguments: [
        ("a.txt", ["a.txt", "a", "a.txt", "a", "."]),
        ("/a/b.c/d.tar.gz", ["/a/b.c/d.tar.gz", "/a/b.c/d.tar", "d.tar.gz", "d.tar", "/a/b.c"]),
        ("b.c/d", ["b.c/d", "b.c/d", "d", "d", "b.c"]),
        ("a/.profile", ["a/.profile", "a/.profile", ".profile", ".profile", "a"]),
        (".a.b", [".a.b", ".a", ".a.b", ".a", "."]),
        ("a.", ["a.", "a.", "a.", "a.", "."]),
        ("..", ["..", "..", "..", "..", "."]),
        ("a/b/", ["a/b/", "a/b/", "", "", "a"]),
        ("a/", ["a/", "a/", "", "", "."]),
        ("a//b", ["a//b", "a//b", "b", "b", "a"]),
        ("/a", ["/a", "/a", "a", "a", "/"]),
        ("//a", ["//a", "//a", "a", "a", "/"]),
        ("/", ["/", "/", "", "", "/"]),
        ("", ["", "", "", "", "."]),
        ("it's a.b", ["it's a.b", "it's a", "it's a.b", "it's a", "."]),
    ])
    func placeholdersStandForPartsOfTheItem(item: String, parts: [String]) throws {
        let template = try CommandTemplate("x {} {.} {/} {/.} {//}", usesShell: false)
        #expect(try arguments(template, item) == ["x"] + parts)
        let shell = try CommandTemplate("x {} {.} {/} {/.} {//}", usesShell: true)
        let quoted = parts.map { "'" + ($0.hasPrefix("it's") ? #"it'\''s"# + $0.dropFirst(4) : $0) + "'" }
        #expect(try arguments(shell, item) == ["/bin/sh", "-c", (["x"] + quoted).joined(separator: " ")])
    }

    @Test(arguments: [
        ("echo {#} {}", ["echo", "7", "a b"]),
        ("echo x{}{}y", ["echo", "xa ba by"]),
        ("echo '{}' \"-{}-\"", ["echo", "a b", "-a b-"]),
        ("{} {.}.png", ["a b", "a b.png"]),
        ("echo {#}{/.}{#}", ["echo", "7a b7"]),
        ("echo {x} { } {{}} {..}", ["echo", "{x}", "{", "}", "{a b}", "{..}"]),
        ("echo", ["echo"]),
    ])
    func itemStaysWithinItsWord(command: String, words: [String]) throws {
        #expect(try arguments(CommandTemplate(command, usesShell: false), "a b") == words)
    }

    @Test func replacementIsNotReplacedAgain() throws {
        let template = try CommandTemplate("echo {} {.}", usesShell: false)
        #expect(try arguments(template, "{#}") == ["echo", "{#}", "{#}"])
    }

    @Test(arguments: [
        ("sort {} | head -n {#} >{.}.out", "sort 'a b' | head -n 7 >'a b'.out"),
        ("echo {}>out", "echo 'a b'>out"),
        ("echo '{#}' \"{#}\" $(({#} + 1))", "echo '7' \"7\" $((7 + 1))"),
        ("echo \"$(basename {})\"", "echo \"$(basename 'a b')\""),
        ("echo \"$$(\" {} \"${x:-\"y\"}\"", "echo \"$$(\" 'a b' \"${x:-\"y\"}\""),
        ("x={}; echo \"$x\"", "x='a b'; echo \"$x\""),
        ("(cd {} && ls) # don't", "(cd 'a b' && ls) # don't"),
        ("echo a#'b' \\' {}", "echo a#'b' \\' 'a b'"),
        ("case {} in a) echo {};; esac", "case 'a b' in a) echo 'a b';; esac"),
        ("date", "date"),
    ])
    func itemIsQuotedForTheShell(command: String, text: String) throws {
        let template = try CommandTemplate(command, usesShell: true)
        #expect(try arguments(template, "a b") == ["/bin/sh", "-c", text])
    }

    @Test(arguments: [
        "echo '{}'", "echo \"{}\"", "echo \"a {/.}\"", "echo `cat {}`", "echo ${x:-{}}", "echo \"${x:-{}}\"",
        "echo $(({} + 1))", "echo \"$(echo \"{}\")\"", "echo \\{}", "echo ${}", "echo $\\{}", "echo $\\\n{}",
        "echo # {}", "# don't\necho '{}'", "echo \\\n# {}", "cat <<E\ndon't\nE\necho '{}'", "echo $'\\'' {}",
        "echo \"$(case a in a) echo \"{}\";; esac)\"", "echo \"${x:-don't}\" {}", "((x = {}))",
        "echo ${#}", "echo {#}>out", "cat {#}<x",
    ])
    func placeholderThatQuotingDoesNotProtectIsRefused(_ command: String) {
        let error = #expect(throws: WarrenError.self) { try CommandTemplate(command, usesShell: true) }
        #expect(error?.code == .usage)
        #expect(error?.message.contains("“\(command)”") == true)
    }

    @Test(arguments: ["", " \n", "echo \0", "echo 'a\0b'"], [true, false])
    func commandThatCannotBeRunIsRefused(_ command: String, usesShell: Bool) {
        let error = #expect(throws: WarrenError.self) {
            try CommandTemplate(command, usesShell: usesShell)
        }
        #expect(error?.code == .usage)
    }

    @Test func commandWithAnEmptyProgramIsRefused() {
        #expect(throws: WarrenError.self) { try CommandTemplate("'' x", usesShell: false) }
    }

    @Test(arguments: [
        ("wc -l {}", false, "wc"),
        ("'my program' {}", false, "my program"),
        ("{} -l", false, nil),
        ("./{}", false, nil),
        ("wc -l {}", true, "/bin/sh"),
        ("{} -l", true, "/bin/sh"),
    ])
    func programIsTheFirstWord(command: String, usesShell: Bool, program: String?) throws {
        #expect(try CommandTemplate(command, usesShell: usesShell).program == program)
    }

    @Test(arguments: [true, false]) func commandWithoutPlaceholderNeedsNoItem(usesShell: Bool) throws {
        let template = try CommandTemplate("wc '-l' {x}", usesShell: usesShell)
        #expect(!template.hasPlaceholder)
        let words = try template.arguments(for: nil).map { String(decoding: $0, as: UTF8.self) }
        #expect(words == (usesShell ? ["/bin/sh", "-c", "wc '-l' {x}"] : ["wc", "-l", "{x}"]))
    }

    @Test(arguments: ["{}", "{.}", "{/}", "{/.}", "{//}", "{#}"], [true, false])
    func placeholderNeedsAnItem(_ placeholder: String, usesShell: Bool) throws {
        let template = try CommandTemplate("wc a\(placeholder)", usesShell: usesShell)
        #expect(template.hasPlaceholder)
        let error = #expect(throws: WarrenError.self) { try template.arguments(for: nil) }
        #expect(error?.code == .usage)
        #expect(error?.message.contains(template.text) == true)
    }

    @Test func itemNeedNotBeUTF8() throws {
        let item = CommandItem(text: [0x2F, 0xFF, 0x27, 0x2E, 0xC3], number: 1)
        let template = try CommandTemplate("x {} {/.}", usesShell: false)
        #expect(try template.arguments(for: item) == [[0x78], item.text, [0xFF, 0x27]])
        let shell = try CommandTemplate("{/.}", usesShell: true)
        #expect(try shell.arguments(for: item).last == [0x27, 0xFF] + Array(#"'\'''"#.utf8))
    }

    @Test func itemWithANULIsRefusedByItsNumber() throws {
        let template = try CommandTemplate("wc {}", usesShell: false)
        let item = CommandItem(text: [0x61, 0, 0x62], number: 4711)
        let error = #expect(throws: WarrenError.self) { try template.arguments(for: item) }
        #expect(error?.code == .input)
        #expect(error?.message.contains("4711") == true)
    }

    private func arguments(_ template: CommandTemplate, _ item: String) throws -> [String] {
        try template.arguments(for: CommandItem(text: Array(item.utf8), number: 7))
            .map { String(decoding: $0, as: UTF8.self) }
    }
}
