/// An entry of an event file, as TensorBoard's `event.proto` and `summary.proto` describe it.
struct Event {
    /// What an entry tells.
    enum Content {
        /// The first entry of each file.
        case fileVersion(String)
        /// Named numbers.
        case scalars([(tag: String, value: Double)])
        /// A named text.
        case text(tag: String, String)
    }

    /// Seconds since 1970.
    var wallTime: Double
    /// Environment steps.
    var step: Int
    /// What it tells.
    var content: Content

    /// The entry as a Protocol Buffers message.
    var encoded: [UInt8] {
        var event = ProtocolBuffer()
        event.double(1, wallTime)
        event.varint(2, Int64(step))
        switch content {
        case .fileVersion(let version): event.text(3, version)
        case .scalars(let scalars):
            event.message(5) { summary in
                for scalar in scalars {
                    summary.message(1) { value in
                        value.text(1, scalar.tag)
                        value.float(2, Float(scalar.value))
                    }
                }
            }
        case .text(let tag, let text):
            event.message(5) { $0.message(1) { Event.encode(text, tag: tag, into: &$0) } }
        }
        return event.bytes
    }

    /// A text is a tensor of one string, marked for the plug-in that shows texts.
    private static func encode(_ text: String, tag: String, into value: inout ProtocolBuffer) {
        let stringType: Int64 = 7
        value.text(1, tag)
        value.message(8) { tensor in
            tensor.varint(1, stringType)
            tensor.message(2) { shape in shape.message(2) { $0.varint(1, 1) } }
            tensor.text(8, text)
        }
        value.message(9) { metadata in metadata.message(1) { $0.text(1, "text") } }
    }
}
