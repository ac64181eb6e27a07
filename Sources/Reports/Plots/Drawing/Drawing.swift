import Foundation

/// An SVG picture under construction: shapes and texts in the order in which they are drawn.
///
/// Text stays text, numbers have at most two decimals, nothing depends on the time, the machine
/// or the order of a dictionary: the same figure is the same bytes.
struct Drawing {
    /// Width and height in pixels.
    let width: Double
    let height: Double
    private var elements: [String] = []

    init(width: Double, height: Double) {
        self.width = width
        self.height = height
    }

    /// How a shape is filled and outlined.
    struct Paint {
        var fill = "none"
        var stroke: String?
        var width = 1.0
        var dash = ""
        var opacity = 1.0

        static func fill(_ color: String, opacity: Double = 1) -> Paint {
            Paint(fill: color, opacity: opacity)
        }

        static func stroke(_ color: String, _ width: Double = 1, dash: String = "") -> Paint {
            Paint(stroke: color, width: width, dash: dash)
        }

        fileprivate var attributes: String {
            var text = " fill=\"\(fill)\""
            if opacity != 1 { text += " fill-opacity=\"\(Drawing.number(opacity))\"" }
            guard let stroke else { return text }
            text += " stroke=\"\(stroke)\" stroke-width=\"\(Drawing.number(width))\""
            if !dash.isEmpty { text += " stroke-dasharray=\"\(dash)\"" }
            return text
        }
    }

    /// How a text is set.
    struct TextStyle {
        /// Where the given point lies in the text.
        enum Anchor: String { case start, middle, end }

        var size = 12.0
        var color = Ink.text
        var anchor = Anchor.start
        var bold = false
        var italic = false
        var rotation = 0.0
    }

    /// A point in pixels, y downwards.
    struct Point: Hashable {
        var x: Double
        var y: Double

        init(_ x: Double, _ y: Double) {
            self.x = x
            self.y = y
        }
    }

    mutating func line(_ from: Point, _ to: Point, _ paint: Paint) {
        let coordinates = [("x1", from.x), ("y1", from.y), ("x2", to.x), ("y2", to.y)]
        append("<line\(Drawing.attributes(coordinates))\(paint.attributes)/>")
    }

    mutating func rectangle(
        _ corner: Point, width: Double, height: Double, radius: Double = 0, _ paint: Paint
    ) {
        var sizes = [("x", corner.x), ("y", corner.y), ("width", width), ("height", height)]
        if radius > 0 { sizes.append(("rx", radius)) }
        append("<rect\(Drawing.attributes(sizes))\(paint.attributes)/>")
    }

    mutating func circle(_ center: Point, radius: Double, _ paint: Paint) {
        let sizes = [("cx", center.x), ("cy", center.y), ("r", radius)]
        append("<circle\(Drawing.attributes(sizes))\(paint.attributes)/>")
    }

    /// A path in SVG's own notation, see `Drawing.path`.
    mutating func path(_ data: String, _ paint: Paint) {
        if data.isEmpty { return }
        append(
            "<path d=\"\(data)\"\(paint.attributes) stroke-linejoin=\"round\""
                + " stroke-linecap=\"round\"/>")
    }

    /// A text whose baseline is at the point.
    mutating func text(_ text: String, _ at: Point, _ style: TextStyle = TextStyle()) {
        var attributes = Drawing.attributes([("x", at.x), ("y", at.y), ("font-size", style.size)])
        attributes += " fill=\"\(style.color)\""
        if style.anchor != .start { attributes += " text-anchor=\"\(style.anchor.rawValue)\"" }
        if style.bold { attributes += " font-weight=\"bold\"" }
        if style.italic { attributes += " font-style=\"italic\"" }
        if style.rotation != 0 {
            let center = "\(Drawing.number(at.x)) \(Drawing.number(at.y))"
            attributes += " transform=\"rotate(\(Drawing.number(style.rotation)) \(center))\""
        }
        append("<text\(attributes)>\(Drawing.escaped(text))</text>")
    }

    /// Draws with everything outside a rectangle cut off; coordinates stay those of the picture.
    mutating func clipped(
        _ corner: Point, width: Double, height: Double, _ draw: (inout Drawing) -> Void
    ) {
        let sizes = [("x", corner.x), ("y", corner.y), ("width", width), ("height", height)]
        let box = [corner.x, corner.y, width, height].map(Drawing.number).joined(separator: " ")
        append("<svg\(Drawing.attributes(sizes)) viewBox=\"\(box)\" overflow=\"hidden\">")
        draw(&self)
        append("</svg>")
    }

    /// Places a whole SVG document, such as another drawing's, at a height.
    mutating func embed(_ svg: String, top: Double) {
        let start = svg.hasPrefix("<svg") ? svg.dropFirst(4) : svg[...]
        append("<svg\(Drawing.attributes([("y", top)]))" + start.trimmedEnd)
    }

    private mutating func append(_ element: String) { elements.append(element) }

    private static func attributes(_ pairs: [(String, Double)]) -> String {
        pairs.map { " \($0)=\"\(number($1))\"" }.joined()
    }

    /// The whole picture.
    var svg: String {
        let (width, height) = (Drawing.number(width), Drawing.number(height))
        let head =
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(width)\" height=\"\(height)\" "
            + "viewBox=\"0 0 \(width) \(height)\" "
            + "font-family=\"Helvetica, Arial, 'DejaVu Sans', sans-serif\">"
        let ground = "<rect width=\"\(width)\" height=\"\(height)\" fill=\"white\"/>"
        return ([head, ground] + elements + ["</svg>"]).joined(separator: "\n") + "\n"
    }
}

extension Substring {
    /// Without line breaks at the end.
    fileprivate var trimmedEnd: Substring {
        var rest = self
        while rest.last == "\n" { rest.removeLast() }
        return rest
    }
}

extension Drawing {
    /// A number with at most two decimals.
    static func number(_ value: Double) -> String {
        let hundredths = (value * 100).rounded()
        guard abs(hundredths) < 1e15 else { return "0" }
        let whole = Int(hundredths)
        let (quotient, rest) = abs(whole).quotientAndRemainder(dividingBy: 100)
        var text = (whole < 0 ? "-" : "") + String(quotient)
        if rest != 0 {
            text += rest % 10 == 0 ? ".\(rest / 10)" : (rest < 10 ? ".0\(rest)" : ".\(rest)")
        }
        return text
    }

    /// The path through points; it is interrupted where one is nil.
    static func path(_ points: [Point?], closed: Bool = false) -> String {
        var data = ""
        var pen = false
        for point in points {
            guard let point else {
                pen = false
                continue
            }
            data += (pen ? "L" : "M") + "\(number(point.x)) \(number(point.y))"
            pen = true
        }
        return closed && !data.isEmpty ? data + "Z" : data
    }
}
