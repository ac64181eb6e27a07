/// What is wrong in a file that the command line names.
struct FileContentsError: Error, Equatable, CustomStringConvertible {
    let path: String
    /// What is wrong, as it would be said of the command line.
    let sentence: String

    var description: String { "\(path): \(sentence)" }
}
