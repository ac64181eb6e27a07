/// What is wrong with a file's JSON, in words.
struct JSONTrouble {
    let sentence: String

    /// - Parameter error: what decoding threw.
    init(_ error: any Error) {
        guard let error = error as? DecodingError else {
            sentence = "\(error)"
            return
        }
        func name(_ path: [any CodingKey]) -> String {
            path.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
        }
        sentence =
            switch error {
            case .keyNotFound(let key, let context):
                "it has no '\(name(context.codingPath + [key]))'"
            case .typeMismatch(_, let context), .valueNotFound(_, let context),
                .dataCorrupted(let context):
                context.codingPath.isEmpty
                    ? "it is not the JSON that it should be"
                    : "'\(name(context.codingPath))' in it is no value of its kind"
            @unknown default: "\(error)"
            }
    }
}
