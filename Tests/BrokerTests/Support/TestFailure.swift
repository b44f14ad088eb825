/// A test cannot go on: something that it waited for did not come, or a tool failed.
struct TestFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
