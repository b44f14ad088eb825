/// Text from the network, fit for a terminal: no control characters.
func printable(_ text: String) -> String {
    String(
        text.unicodeScalars.map {
            $0.properties.generalCategory == .control && $0 != "\n" ? "�" : Character($0)
        }
    )
    .replacing("\n", with: "⏎")
}
