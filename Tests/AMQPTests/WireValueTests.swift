import Testing

@testable import AMQP

@Suite struct WireValueTests {
    @Test func headerIsReadBackAsWhatItIs() {
        var headers = Headers()
        headers["number"] = .integer(-7)
        headers["flag"] = .bool(true)
        headers["text"] = .string(Array("æ".utf8))
        #expect(headers.integer("number") == -7)
        #expect(headers.bool("flag") == true)
        #expect(headers.string("text") == Array("æ".utf8))
        #expect(
            headers.integer("flag") == nil && headers.bool("text") == nil && headers.string("number") == nil
        )
        #expect(headers["absent"] == nil && headers.integer("absent") == nil)
    }

    @Test func settingAHeaderReplacesItAndNilRemovesIt() {
        var headers = Headers()
        headers["a"] = .integer(1)
        headers["b"] = .integer(2)
        headers["a"] = .integer(3)
        #expect(headers.entries.map(\.name) == ["a", "b"])
        #expect(headers.integer("a") == 3)
        headers["a"] = nil
        headers["a"] = nil
        #expect(headers.entries.map(\.name) == ["b"])
    }

    @Test func orderOfHeadersDoesNotMatter() {
        var left = Headers()
        left["a"] = .integer(1)
        left["b"] = .bool(false)
        var right = Headers()
        right["b"] = .bool(false)
        right["a"] = .integer(1)
        #expect(left == right)
        #expect(left.hashValue == right.hashValue)
        right["a"] = .integer(2)
        #expect(left != right)
        right["a"] = nil
        #expect(left != right && right != left)
    }

    @Test func shortStringHoldsTextAndBytesUpToItsLimit() {
        #expect(ShortString("dæmon").bytes.count == 6)
        #expect("\(ShortString("dæmon"))" == "dæmon")
        #expect(ShortString([0xFF]).description == "\u{FFFD}")
        #expect(ShortString.empty.isEmpty && ShortString("") == .empty)
        #expect(ShortString([UInt8](repeating: 65, count: 255)).bytes.count == 255)
        let literal: ShortString = "warren.work"
        #expect(literal == ShortString(Array("warren.work".utf8)))
    }

    @Test func shortStringBeyondItsLimitIsABugOfOurs() async {
        await #expect(processExitsWith: .failure) { _ = ShortString([UInt8](repeating: 65, count: 256)) }
    }

    @Test func deliveryCountIsThatOfTheBroker() {
        func delivery(_ headers: Headers) -> Delivery {
            Delivery(
                message: Message(type: "t", headers: headers),
                tag: DeliveryTag(session: 1, value: 1),
                consumer: "c",
                isRedelivered: true,
                fault: nil
            )
        }
        var headers = Headers()
        #expect(delivery(headers).deliveryCount == 0)
        headers["x-delivery-count"] = .integer(3)
        #expect(delivery(headers).deliveryCount == 3)
        headers["x-delivery-count"] = .string([51])
        #expect(delivery(headers).deliveryCount == 0)
    }
}
