/// The words of a command line, in the quoting of the POSIX shell (XCU 2.2) but without any expansion.
///
/// What would have to be expanded is refused rather than handed to the program as it stands: a `*.txt` that
/// silently matches nothing is a long search.
enum CommandWords {
    private struct Word {
        var text = String.UnicodeScalarView()
        /// Nothing in it has been quoted so far.
        var isBare = true
        /// How much of the word comes before a `[`, which is a pattern only if a `]` ends it.
        var bracket: Int?
    }

    /// - Throws: ``WarrenError/Code/usage`` for what only a shell understands, for a quote without its end,
    ///   and for no words at all.
    static func split(_ command: String) throws -> [String] {
        var words: [String] = []
        var current: Word?
        var rest = command.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            if isBlank(scalar) {
                if let word = current { words.append(String(word.text)) }
                current = nil
                // Blanks around the command, but the end of a command between two.
                if scalar == "\n", !words.isEmpty, !rest.allSatisfy(isBlank) {
                    throw refusal("a line break", in: command)
                }
                continue
            }
            if scalar == "\\", rest.first == "\n" {
                rest.removeFirst()
                continue
            }
            var word = current ?? Word()
            switch scalar {
            case "'":
                guard let end = rest.firstIndex(of: "'") else { throw unterminated("'", in: command) }
                word.text += rest[..<end]
                word.isBare = false
                rest = rest[end...].dropFirst()
            case "\"":
                word.text += try doubleQuoted(&rest, in: command)
                word.isBare = false
            case "\\":
                guard let escaped = rest.popFirst() else { throw unterminated("\\", in: command) }
                word.text.append(escaped)
                word.isBare = false
            case "=" where words.isEmpty && word.isBare && isName(word.text):
                throw refusal("“\(word.text)=”", in: command, besides: "begin the command with env, ")
            default:
                try refuseUnquoted(scalar, in: word, before: rest, command)
                if scalar == "[", word.bracket == nil { word.bracket = word.text.count }
                word.text.append(scalar)
            }
            current = word
        }
        if let word = current { words.append(String(word.text)) }
        guard !words.isEmpty else {
            throw WarrenError(.usage, "the command is empty; give a program and its arguments")
        }
        return words
    }

    /// One word that `sh` reads as `word`, whatever is in it.
    static func quoted(_ word: String) -> String {
        let scalars = word.unicodeScalars
        let isPlain =
            !scalars.isEmpty
            && scalars.allSatisfy { isAlphanumeric($0) || "_-./:=@%+,".unicodeScalars.contains($0) }
        // At the start of a command, NAME=value would be no word but an assignment.
        if isPlain, !(scalars.contains("=") && isName(scalars.prefix { $0 != "=" })) { return word }
        return String(decoding: singleQuoted(Array(word.utf8)), as: UTF8.self)
    }

    /// The same for bytes, and quoted in any case: `2` is a word of its own, but not in front of a `>`.
    static func singleQuoted(_ word: [UInt8]) -> [UInt8] {
        let quote = UInt8(ascii: "'")
        return [quote] + word.flatMap { $0 == quote ? Array(#"'\''"#.utf8) : [$0] } + [quote]
    }

    private static func doubleQuoted(
        _ rest: inout Substring.UnicodeScalarView,
        in command: String
    ) throws -> String.UnicodeScalarView {
        var text = String.UnicodeScalarView()
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\"": return text
            case "\\":
                guard let escaped = rest.popFirst() else { throw unterminated("\"", in: command) }
                if escaped == "\n" { continue }
                if !"\"\\$`".unicodeScalars.contains(escaped) { text.append("\\") }
                text.append(escaped)
            case "`": throw refusal("“`”", in: command)
            case "$" where expands(before: rest): throw refusal("“$”", in: command)
            default: text.append(scalar)
            }
        }
        throw unterminated("\"", in: command)
    }

    private static func refuseUnquoted(
        _ scalar: Unicode.Scalar,
        in word: Word,
        before rest: Substring.UnicodeScalarView,
        _ command: String
    ) throws {
        let isFirst = word.isBare && word.text.isEmpty
        switch scalar {
        case "|", "&", ";", "<", ">", "(", ")", "`", "*", "?": break
        case "~" where isFirst, "#" where isFirst: break
        // Unquoted, $'…' and $"…" are quotes of their own sort to some shells.
        case "$" where expands(before: rest) || rest.first == "'" || rest.first == "\"": break
        case "]":
            guard let bracket = word.bracket, word.text.count > bracket + 1 else { return }
            throw refusal("“[”", in: command)
        default: return
        }
        throw refusal("“\(scalar)”", in: command)
    }

    /// Whether a `$` in front of it stands for something else.
    private static func expands(before rest: Substring.UnicodeScalarView) -> Bool {
        var rest = rest
        while rest.starts(with: "\\\n".unicodeScalars) { rest = rest.dropFirst(2) }
        guard let next = rest.first else { return false }
        return isAlphanumeric(next) || "_{([@*#?-$!".unicodeScalars.contains(next)
    }

    private static func isName(_ text: some Collection<Unicode.Scalar>) -> Bool {
        guard let first = text.first, !("0"..."9").contains(first) else { return false }
        return text.allSatisfy { isAlphanumeric($0) || $0 == "_" }
    }

    private static func isAlphanumeric(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9": true
        default: false
        }
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool { " \t\n".unicodeScalars.contains(scalar) }

    private static func refusal(
        _ what: String,
        in command: String,
        besides way: String = ""
    ) -> WarrenError {
        WarrenError(
            .usage,
            """
            \(what) in the command “\(command)” means something to a shell only; \
            put it in single quotes if it is meant literally, \(way)or add --shell
            """
        )
    }

    private static func unterminated(_ quote: Unicode.Scalar, in command: String) -> WarrenError {
        WarrenError(
            .usage,
            """
            nothing ends the “\(quote)” in the command “\(command)”; \
            end it, or put it in \(quote == "'" ? "double" : "single") quotes if it is meant literally
            """
        )
    }
}
