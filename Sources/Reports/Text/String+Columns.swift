/// Texts in columns of a terminal. Letters count one column each.
extension String {
    /// The text with spaces after it, up to a width.
    func padded(_ width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }

    /// The text with spaces before it, up to a width.
    func leading(_ width: Int) -> String {
        String(repeating: " ", count: max(0, width - count)) + self
    }

    /// The text, or as much of it as fits, with an ellipsis.
    func cut(to width: Int) -> String {
        count <= width ? self : (width < 1 ? "" : prefix(width - 1) + "…")
    }
}
