import AMQP

/// What came back from something that everybody was told.
struct InquiryAnswers: Sendable {
    /// An answer, and when by this machine's clock the question left and it came, in seconds since 1970.
    struct Answer: Sendable {
        let message: Message
        let asked: Double
        let came: Double
    }

    var answers: [Answer] = []
    /// Why the broker took nothing; nobody has heard the question then.
    var blocked: String?

    var messages: [Message] { answers.map(\.message) }
}
