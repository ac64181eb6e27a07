import Foundation

/// Makes PNG files of SVG documents through the program `rsvg-convert`.
public struct PictureConverter: Sendable {
    /// The program's name, or a path to it.
    public var program: String

    /// A converter; the program is looked for where commands are.
    public init(program: String = "rsvg-convert") { self.program = program }

    /// Writes an SVG document to a file, as a PNG if that is what the name ends with.
    ///
    /// - Throws: `PictureConverterError`.
    public func write(_ svg: String, to path: String, zoom: Double = 2) throws {
        let bytes: [UInt8]
        switch URL(filePath: path).pathExtension.lowercased() {
        case "svg": bytes = Array(svg.utf8)
        case "png": bytes = try png(of: svg, zoom: zoom)
        default: throw PictureConverterError.unknownKind(path: path)
        }
        try PictureConverter.writing(to: path) {
            try Data(bytes).write(to: URL(filePath: path), options: .atomic)
        }
    }

    /// Gives Foundation's errors a type.
    private static func writing(to path: String, _ body: () throws -> Void) throws {
        do { try body() } catch {
            throw PictureConverterError.cannotWrite(
                path: path, reason: (error as NSError).localizedDescription)
        }
    }

    /// The PNG file of an SVG document.
    ///
    /// - Parameters:
    ///   - svg: the drawing, as text.
    ///   - zoom: pixels of the PNG for one of the SVG.
    /// - Throws: `PictureConverterError`.
    public func png(of svg: String, zoom: Double = 2) throws -> [UInt8] {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "optimist-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let (input, output) = (folder.appending(path: "a.svg"), folder.appending(path: "a.png"))
        let complaints = folder.appending(path: "complaints")
        try PictureConverter.writing(to: folder.path) {
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true)
            try Data(svg.utf8).write(to: input)
        }
        let status = try run(
            ["--format", "png", "--zoom", "\(zoom)", "--output", output.path, input.path],
            complaintsTo: complaints.path)
        guard status == 0, let png = try? Data(contentsOf: output), !png.isEmpty else {
            let said = (try? Data(contentsOf: complaints)) ?? Data()
            throw PictureConverterError.failed(
                program: program, status: status,
                said: String(decoding: said.prefix(2_000), as: UTF8.self)
                    .trimmingCharacters(in: .whitespacesAndNewlines))
        }
        return [UInt8](png)
    }

    /// Runs the program with nothing to read, and waits for it.
    ///
    /// - Returns: its exit status, or 128 and the signal's number.
    private func run(_ arguments: [String], complaintsTo path: String) throws -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, path, O_WRONLY | O_CREAT, 0o600)
        let words = ([program] + arguments).map { strdup($0) } + [nil]
        defer { words.forEach { free($0) } }
        var process: pid_t = 0
        let error = posix_spawnp(&process, program, &actions, nil, words, environ)
        if error == ENOENT || error == EACCES {
            throw PictureConverterError.programMissing(program: program)
        }
        if error != 0 {
            throw PictureConverterError.failed(
                program: program, status: -1, said: String(cString: strerror(error)))
        }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        let signal = status & 0x7F
        return signal == 0 ? status >> 8 & 0xFF : 128 + signal
    }
}

/// Why a PNG could not be made.
public enum PictureConverterError: Error, Equatable, CustomStringConvertible {
    /// The program is not installed; the exit code is 69.
    case programMissing(program: String)
    /// The program failed.
    case failed(program: String, status: Int32, said: String)
    /// The file's name ends with neither `.svg` nor `.png`; the exit code is 64.
    case unknownKind(path: String)
    /// The file cannot be written; the exit code is 73.
    case cannotWrite(path: String, reason: String)

    /// The Debian package with the program.
    public static let package = "librsvg2-bin"

    /// What is wrong and what to do.
    public var description: String {
        switch self {
        case .programMissing(let program):
            "PNG pictures of plots need the program '\(program)', which is not installed: "
                + "apt-get install \(Self.package), or ask for an .svg file"
        case .failed(let program, let status, let said):
            "'\(program)' ended with status \(status): \(said.isEmpty ? "it said nothing" : said)"
        case .unknownKind(let path):
            "'\(path)' is no name for a plot: let it end with .svg or .png"
        case .cannotWrite(let path, let reason):
            "cannot write '\(path)': \(reason)"
        }
    }
}
