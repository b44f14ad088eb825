/// The units of a command's fragment: text to be read on standard input or line by line, or numbers.
package enum CommandInput: Sendable {
    case text(Text)
    case numbers(Range<UInt64>)
}
