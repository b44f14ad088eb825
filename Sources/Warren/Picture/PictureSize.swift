/// In pixels.
public struct PictureSize: Sendable, Hashable, CustomStringConvertible {
    public let width: Int
    public let height: Int

    /// - Precondition: Neither is below 1.
    public init(width: Int, height: Int) {
        precondition(width > 0 && height > 0, "a picture has a pixel at least")
        self.width = width
        self.height = height
    }

    public var description: String { "\(width)x\(height)" }
}
