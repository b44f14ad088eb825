/// A command with placeholders for an item of the input: `convert {} {.}.png`.
///
/// The placeholders are those of GNU parallel: `{}` the item, `{.}` without its extension, `{/}` its last path
/// component, `{/.}` that without its extension, `{//}` its directory, `{#}` its number. They are replaced
/// wherever they stand; there is no way to have one literally.
///
/// Without the shell an item stays within its word and needs no quotes. With it every item is quoted, which
/// holds only where a quote may begin: inside `"{}"` an item `$(reboot)` would be run. Such templates are
/// refused.
package struct CommandTemplate: Sendable, Hashable {
    private enum Piece: Hashable {
        case literal([UInt8])
        case placeholder(Placeholder)
    }

    package let text: String
    package let usesShell: Bool
    private let words: [[Piece]]

    /// - Throws: ``WarrenError/Code/usage`` for a command that ``CommandWords`` refuses, or that would have
    ///   the shell see more of an item than one literal word.
    package init(_ text: String, usesShell: Bool) throws {
        guard !text.utf8.contains(0) else {
            throw WarrenError(.usage, "the command holds a NUL byte, which no argument can; leave it out")
        }
        self.text = text
        self.usesShell = usesShell
        if usesShell {
            guard !text.utf8.allSatisfy({ " \t\n".utf8.contains($0) }) else {
                throw WarrenError(.usage, "the command is empty; give one for the shell")
            }
            try Self.checkPlaces(in: text)
            words = ["/bin/sh", "-c"].map { [.literal(Array($0.utf8))] } + [Self.pieces(of: text)]
        } else {
            words = try CommandWords.split(text).map(Self.pieces)
            guard words.first?.isEmpty == false else {
                throw WarrenError(.usage, "the command “\(text)” names no program; its first word is empty")
            }
        }
    }

    package var hasPlaceholder: Bool {
        words.joined().contains { if case .placeholder = $0 { true } else { false } }
    }

    /// The word that names the executable; nil if each item names its own.
    package var program: String? {
        guard let word = words.first, word.count == 1, case .literal(let name) = word[0] else { return nil }
        return String(decoding: name, as: UTF8.self)
    }

    /// The arguments from the program's name on, without the NUL that ends each.
    ///
    /// - Throws: ``WarrenError/Code/input`` for an item that no argument can hold, ``WarrenError/Code/usage``
    ///   if the command needs an item and there is none.
    package func arguments(for item: CommandItem?) throws -> [[UInt8]] {
        if item == nil, hasPlaceholder {
            throw WarrenError(
                .usage,
                "the command “\(text)” has a placeholder, but there is no input to fill it; name some"
            )
        }
        if let item, item.text.contains(0) {
            throw WarrenError(
                .input,
                "item \(item.number) holds a NUL byte, which no argument can; take it out of the input"
            )
        }
        return words.map { word in
            word.flatMap { piece in
                switch piece {
                case .literal(let bytes): bytes
                case .placeholder(let placeholder): item.map { fill(placeholder, with: $0) } ?? []
                }
            }
        }
    }

    private func fill(_ placeholder: Placeholder, with item: CommandItem) -> [UInt8] {
        let bytes = placeholder.replacement(for: item)
        return usesShell && placeholder != .number ? CommandWords.singleQuoted(bytes) : bytes
    }

    private static func pieces(of word: String) -> [Piece] {
        var pieces: [Piece] = []
        var literal: [UInt8] = []
        var rest = Array(word.utf8)[...]
        while let byte = rest.first {
            guard let placeholder = Placeholder(startOf: rest) else {
                literal.append(byte)
                rest.removeFirst()
                continue
            }
            if !literal.isEmpty { pieces.append(.literal(literal)) }
            literal = []
            pieces.append(.placeholder(placeholder))
            rest = rest.dropFirst(placeholder.rawValue.utf8.count)
        }
        return literal.isEmpty ? pieces : pieces + [.literal(literal)]
    }
}

extension CommandTemplate {
    private enum Placeholder: String, CaseIterable {
        case item = "{}"
        case withoutExtension = "{.}"
        case name = "{/}"
        case nameWithoutExtension = "{/.}"
        case directory = "{//}"
        case number = "{#}"

        init?(startOf text: ArraySlice<UInt8>) {
            let found = Self.allCases.first { text.starts(with: $0.rawValue.utf8) }
            guard let found else { return nil }
            self = found
        }

        func replacement(for item: CommandItem) -> [UInt8] {
            let text = item.text[...]
            return switch self {
            case .item: item.text
            case .withoutExtension: Array(Self.withoutExtension(text))
            case .name: Array(Self.name(text))
            case .nameWithoutExtension: Array(Self.withoutExtension(Self.name(text)))
            case .directory: Self.directory(text)
            case .number: Array(String(item.number).utf8)
            }
        }

        private static let slash = UInt8(ascii: "/")

        private static func name(_ path: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
            path.lastIndex(of: slash).map { path[($0 + 1)...] } ?? path
        }

        /// A dot at either end of the name makes no extension: not in `.profile`, nor in `..`.
        private static func withoutExtension(_ path: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
            let name = name(path)
            guard
                let dot = name.lastIndex(of: UInt8(ascii: ".")),
                dot > name.startIndex, dot < name.endIndex - 1
            else { return path }
            return path[..<dot]
        }

        /// As dirname(1): slashes at the end do not count.
        private static func directory(_ path: ArraySlice<UInt8>) -> [UInt8] {
            guard let last = path.lastIndex(where: { $0 != slash }) else {
                return path.isEmpty ? [UInt8(ascii: ".")] : [slash]
            }
            guard let end = path[...last].lastIndex(of: slash) else { return [UInt8(ascii: ".")] }
            return path[..<end].lastIndex { $0 != slash }.map { Array(path[...$0]) } ?? [slash]
        }
    }
}

extension CommandTemplate {
    /// What the shell makes of the text in a place; only where it is plain does a quote begin.
    private enum Place: String {
        case plain
        case singleQuotes = "'…'"
        case doubleQuotes = "\"…\""
        case backquotes = "`…`"
        case parameter = "${…}"
        case arithmetic = "((…))"
        case comment = "a comment"
    }

    /// Refuses placeholders that a quoted item could break out of.
    ///
    /// Follows the shell's quoting, not its grammar. What would take the grammar, or differs between shells,
    /// makes the rest of the text unclear, and no place for an item.
    private static func checkPlaces(in text: String) throws {
        var places: [Place] = [.plain]
        var unclear: String?
        var previous: Unicode.Scalar = "\n"
        var rest = Array(text.utf8)[...]
        while let scalar = rest.first.map({ Unicode.Scalar($0) }) {
            let place = places.last ?? .plain
            let before = previous
            if let placeholder = Placeholder(startOf: rest) {
                rest = rest.dropFirst(placeholder.rawValue.utf8.count)
                previous = "}"
                if before == "$", place != .singleQuotes {
                    throw refusal(placeholder, "right behind $", text)
                } else if placeholder != .number {
                    let misplaced = place == .plain ? nil : "inside \(place.rawValue)"
                    if let reason = misplaced ?? unclear { throw refusal(placeholder, reason, text) }
                } else if place == .plain, rest.first.map("<>".utf8.contains) == true {
                    throw WarrenError(
                        .usage,
                        """
                        {#} in the command “\(text)” would be the number of the file that is redirected; \
                        put a blank behind it
                        """
                    )
                }
                continue
            }
            rest.removeFirst()
            previous = scalar
            let next = rest.first.map { Unicode.Scalar($0) }
            let startsWord = " \t\n;|&()".unicodeScalars.contains(before)
            switch (place, scalar) {
            case (.singleQuotes, "'"), (.doubleQuotes, "\""), (.backquotes, "`"), (.comment, "\n"),
                (.parameter, "}"), (.arithmetic, ")"):
                places.removeLast()
            case (.singleQuotes, _), (.comment, _): break
            case (_, "\\"):
                if let placeholder = Placeholder(startOf: rest) {
                    if placeholder != .number { throw refusal(placeholder, "right behind \\", text) }
                } else if rest.popFirst() == UInt8(ascii: "\n") {
                    previous = before  // A line that goes on leaves no trace.
                }
            case (.backquotes, _): break
            case (_, "`"): places.append(.backquotes)
            case (_, "$"):
                // The shell's process, and not the start of $(…) or ${…}.
                if next == "$" {
                    rest.removeFirst()
                    previous = "a"
                }
                if place == .plain, next == "'" { unclear = "behind $'…'" }
            case (_, "{") where before == "$": places.append(.parameter)
            case (.arithmetic, "(") where before != "$": places.append(.arithmetic)
            case (.plain, "("),
                (_, "(") where before == "$":
                places.append(next == "(" ? .arithmetic : .plain)
            case (.plain, ")"): if places.count > 1 { places.removeLast() }
            case (.plain, "'"): places.append(.singleQuotes)
            case (.plain, "\""): places.append(.doubleQuotes)
            case (.plain, "#") where startsWord: places.append(.comment)
            case (.plain, "<") where next == "<": unclear = "behind a here-document"
            // Its patterns end with a parenthesis that nothing opens.
            case (.plain, "c") where startsWord && places.count > 1 && rest.starts(with: "ase".utf8):
                unclear = "behind a case in parentheses"
            case (.parameter, "'"), (.parameter, "\""), (.arithmetic, "'"), (.arithmetic, "\""):
                unclear = "behind quotes inside \(place.rawValue)"
            default: break
            }
        }
    }

    private static func refusal(_ placeholder: Placeholder, _ place: String, _ text: String) -> WarrenError {
        WarrenError(
            .usage,
            """
            \(placeholder.rawValue) in the command “\(text)” stands \(place), where no quoting keeps an item \
            literal; move it out, as every item is quoted already, or begin with x=\(placeholder.rawValue); \
            and write "$x" there
            """
        )
    }
}
