import CPNG
import Warren

/// A PNG as libpng reads it: red, green and blue of each pixel, row by row.
struct DecodedPNG {
    let width: Int
    let height: Int
    let colors: [UInt8]

    init(_ bytes: [UInt8]) throws {
        var image = png_image()
        image.version = UInt32(PNG_IMAGE_VERSION)
        defer { png_image_free(&image) }
        guard png_image_begin_read_from_memory(&image, bytes, bytes.count) != 0 else {
            throw WarrenError(.job, "libpng cannot read the header")
        }
        image.format = UInt32(PNG_FORMAT_FLAG_COLOR)
        width = Int(image.width)
        height = Int(image.height)
        var colors = [UInt8](repeating: 0, count: width * height * 3)
        guard png_image_finish_read(&image, nil, &colors, Int32(width * 3), nil) != 0,
            image.warning_or_error == 0
        else { throw WarrenError(.job, "libpng cannot read the picture") }
        self.colors = colors
    }
}
