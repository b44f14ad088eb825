/// A streamed job whose result is a picture: a terminal shows it, coarsely, while the workers paint it.
public protocol PictureJob: StreamedJob {
    var pictureSize: PictureSize { get }

    /// Shows what a piece has of the picture. Called on the submitter as the piece arrives, in any order, and only if
    /// somebody looks. It should cost next to nothing: nothing else is reduced meanwhile.
    func paint(_ piece: Piece, of units: Range<UInt64>, on canvas: inout Canvas)
}
