extension Drawing {
    /// A text that is safe inside XML.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\t", "\n", "\r": result += " "
            case _ where scalar.value < 0x20 || (0xFFFE...0xFFFF).contains(scalar.value): break
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// About how wide a text is in pixels, on the generous side: the advance widths of a wide
    /// sans-serif face, by class of letter.
    static func textWidth(_ text: String, size: Double, bold: Bool = false) -> Double {
        let ems = text.unicodeScalars.reduce(0.0) { sum, scalar in
            switch scalar {
            case "i", "j", "l", "I", ".", ",", ":", ";", "'", "|", "!", " ": sum + 0.33
            case "f", "t", "r", "(", ")", "-", "/", "[", "]": sum + 0.41
            case "m", "w", "M", "W", "@", "%": sum + 0.95
            case "A"..."Z": sum + 0.71
            default: sum + 0.62
            }
        }
        return ems * size * (bold ? 1.1 : 1)
    }

    /// Lines of a text that are not wider than the given pixels, broken at spaces.
    static func wrapped(_ text: String, size: Double, width: Double) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, textWidth("\(last) \(word)", size: size) <= width {
                lines[lines.count - 1] = "\(last) \(word)"
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}
