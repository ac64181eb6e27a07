import Foundation

/// A file's bytes in memory as the operating system reads them; what has been read is given back, so
/// a file may be larger than memory.
final class MappedFile {
    /// All bytes of the file.
    let bytes: UnsafeRawBufferPointer
    private var released = 0

    /// How many bytes are read before some are given back.
    private static let piece = 16 << 20

    /// Maps a regular file that is not empty; nil for everything else, such as a pipe.
    init?(_ url: URL) {
        let descriptor = open(url.path, O_RDONLY)
        if descriptor < 0 { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            status.st_size > 0,
            let place = mmap(nil, Int(status.st_size), PROT_READ, MAP_PRIVATE, descriptor, 0),
            place != MAP_FAILED
        else { return nil }
        bytes = UnsafeRawBufferPointer(start: place, count: Int(status.st_size))
        _ = madvise(place, bytes.count, MADV_SEQUENTIAL)
    }

    deinit { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress!), bytes.count) }

    /// Gives back the memory of what lies before a position; reading it again fetches it again.
    func release(before position: Int) {
        // A second pass begins again at the front.
        if position < released { released = 0 }
        let end = position / MappedFile.piece * MappedFile.piece
        if end <= released { return }
        let place = UnsafeMutableRawPointer(mutating: bytes.baseAddress! + released)
        _ = madvise(place, end - released, MADV_DONTNEED)
        released = end
    }
}
