/// One item of the input, as a command's placeholders see it.
package struct CommandItem: Sendable, Hashable {
    /// Bytes, as the names of files need not be UTF-8.
    package let text: [UInt8]
    /// What `{#}` stands for.
    package let number: UInt64

    package init(text: [UInt8], number: UInt64) {
        self.text = text
        self.number = number
    }
}
