/// What is left to be said of a result that has been written already.
struct WrittenResult: Sendable {
    /// SHA-256 of the result, in hexadecimal.
    let digest: String
}
