import Foundation
import Testing

@testable import Warren

/// Files of keys.
@Suite struct KeyFileTests {
    private let folder = TemporaryDirectory()

    private func write(_ text: String, mode: Int = 0o600) throws -> String {
        let path = folder.path + "/\(UUID().uuidString)"
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        return path
    }

    @Test func createdFileHoldsOneKeyForItsOwnerAlone() throws {
        let path = folder.path + "/keys"
        let key = try KeyFile.create(path)
        #expect(try KeyFile.read(path).keys == [key])
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let added = try KeyFile.add(to: path)
        #expect(try KeyFile.read(path).keys == [key, added] && added != key)
        let unended = try write(String(repeating: "0a", count: 32))
        let next = try KeyFile.add(to: unended)
        #expect(try KeyFile.read(unended).keys.last == next && KeyFile.read(unended).keys.count == 2)
        let error = #expect(throws: WarrenError.self) { try KeyFile.create(path) }
        #expect(error?.message.contains("warren key add") == true)
    }

    @Test func commentsAndEmptyLinesDoNotCount() throws {
        let digits = String(repeating: "0a", count: 32)
        let path = try write(
            "# the old one\n\n  \(digits)  # until May\n\(String(repeating: "FF", count: 32))\n"
        )
        let keys = try KeyFile.read(path).keys
        #expect(keys.map(\.bytes) == [[UInt8](repeating: 10, count: 32), [UInt8](repeating: 255, count: 32)])
    }

    @Test func uselessFilesAreNamedWithWhatIsWrong() throws {
        let digits = String(repeating: "0a", count: 32)
        let cases: [(path: String, words: String)] = [
            (folder.path + "/none", "No such file"),
            (try write(""), "no key in it"),
            (try write("# only words\n"), "no key in it"),
            (try write("\(digits)\n\(digits.dropLast())\n"), "line 2 is not 64 hexadecimal digits"),
            (try write("+\(digits.dropFirst())"), "line 1"),
            (try write(digits, mode: 0o644), "chmod 600"),
            (try write(String(repeating: "#\n", count: 40_000)), "too long"),
        ]
        for (path, words) in cases {
            let error = #expect(throws: WarrenError.self) { try KeyFile.read(path) }
            let message = error?.message ?? ""
            #expect(
                message.contains(words) && message.contains(path) && !message.contains(digits),
                "\(message)"
            )
        }
    }
}
