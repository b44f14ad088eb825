extension Palette {
    /// Those that there are, as they are listed.
    static let names = ["dawn", "ember", "lagoon", "aurora", "orchid", "meadow", "copper", "ink"]

    /// Nil if there is none of that name.
    init?(named name: String) {
        switch name {
        case "dawn":
            self.init(
                inside: 0x000308,
                [
                    Stop(0, 0x000764), Stop(0.16, 0x206BCB), Stop(0.42, 0xEDFFFF), Stop(0.6425, 0xFFAA00),
                    Stop(0.8575, 0x1A0A02),
                ]
            )
        case "ember":
            self.init(
                inside: 0x050203,
                [
                    Stop(0, 0x120509), Stop(0.18, 0x6B0F1A), Stop(0.36, 0xD6451B), Stop(0.52, 0xF7A531),
                    Stop(0.64, 0xFFF1CF), Stop(0.76, 0xC9705A), Stop(0.9, 0x3B1230),
                ]
            )
        case "lagoon":
            self.init(
                inside: 0x01060D,
                [
                    Stop(0, 0x03182B), Stop(0.2, 0x0B4F6C), Stop(0.4, 0x1FA6A8), Stop(0.56, 0xBFF0DD),
                    Stop(0.66, 0xFFF6E0), Stop(0.78, 0xF2A28A), Stop(0.9, 0x4A3B6B),
                ]
            )
        case "aurora":
            self.init(
                inside: 0x02030A,
                [
                    Stop(0, 0x070B2B), Stop(0.18, 0x123B6E), Stop(0.34, 0x12936F), Stop(0.48, 0x9BE86B),
                    Stop(0.56, 0xF5FFD9), Stop(0.7, 0xC96BD8), Stop(0.85, 0x4A1D7A),
                ]
            )
        case "orchid":
            self.init(
                inside: 0x0B0410,
                [
                    Stop(0, 0x1B0B2E), Stop(0.2, 0x5B2A86), Stop(0.4, 0xC65BCF), Stop(0.55, 0xFFD9EC),
                    Stop(0.68, 0xF6F0FF), Stop(0.8, 0x6FA3E8), Stop(0.92, 0x1F2F6B),
                ]
            )
        case "meadow":
            self.init(
                inside: 0x030704,
                [
                    Stop(0, 0x0B1F14), Stop(0.2, 0x1E5B36), Stop(0.38, 0x7FB04A), Stop(0.52, 0xF3E9A2),
                    Stop(0.62, 0xFFFBEF), Stop(0.74, 0xE7A24B), Stop(0.88, 0x5B2E1F),
                ]
            )
        case "copper":
            self.init(
                inside: 0x060606,
                [
                    Stop(0, 0x0E1116), Stop(0.22, 0x34424D), Stop(0.4, 0x7FB0A6), Stop(0.54, 0xF2E8D5),
                    Stop(0.7, 0xD98B52), Stop(0.86, 0x5C2A18),
                ]
            )
        case "ink":
            self.init(
                inside: 0x0A0A0A,
                [Stop(0, 0xF7F4EC), Stop(0.3, 0x8D8A84), Stop(0.5, 0x14141A), Stop(0.7, 0x6F7480)]
            )
        default: return nil
        }
    }
}
