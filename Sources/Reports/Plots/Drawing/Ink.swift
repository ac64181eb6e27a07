/// The colors of figures.
enum Ink {
    static let text = "#222222"
    static let faint = "#666666"
    static let axis = "#444444"
    static let grid = "#E4E4E4"
    static let posterior = "#B24A00"

    /// Colors that people with color-blindness tell apart (Okabe and Ito 2008), in an order that
    /// keeps neighbors far from each other; yellow, too pale for lines, is left out.
    static let series = [
        "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000",
    ]

    /// Dashes for series beyond the colors.
    static let dashes = ["", "7 4", "2 3", "9 3 2 3"]

    /// The color and dashes of a series by its number.
    static func style(_ index: Int) -> (color: String, dash: String) {
        (series[index % series.count], dashes[index / series.count % dashes.count])
    }
}
