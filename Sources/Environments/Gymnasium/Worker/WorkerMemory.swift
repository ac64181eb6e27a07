import Foundation

/// Where the rows of each kind begin in the file that a worker shares.
struct WorkerLayout {
    let active: Int
    let rewards: Int
    let endings: Int
    let actions: Int
    let observations: Int
    let size: Int

    /// Places for `count` copies; the first four bytes hold the copy that is being stepped.
    init(count: Int, actionWidth: Int, observationBytes: Int) {
        func next(_ begin: Int, _ bytes: Int) -> Int { (begin + bytes + 63) / 64 * 64 }
        active = 64
        rewards = next(active, count)
        endings = next(rewards, 8 * count)
        actions = next(endings, count)
        observations = next(actions, 4 * count * actionWidth)
        size = next(observations, count * observationBytes)
    }

    /// The command that tells the worker these places.
    var command: [UInt8] {
        var frame = WorkerBytes()
        for offset in [size, active, rewards, endings, actions, observations] {
            frame.append(UInt64(offset))
        }
        return frame.bytes
    }
}

/// A file in memory that a worker shares; it has no name from the start, so that none is left.
final class WorkerMemory {
    let descriptor: Int32
    private(set) var bytes = UnsafeMutableRawBufferPointer(start: nil, count: 0)

    /// An empty file in `/dev/shm`.
    init() throws {
        var name = Array("/dev/shm/optimist-XXXXXX".utf8CString)
        let opened = mkstemp(&name)
        if opened < 0 { throw GymnasiumError.system("a shared file in /dev/shm") }
        unlink(name)
        descriptor = try WorkerProcess.clear(opened)
    }

    deinit {
        if let start = bytes.baseAddress { munmap(start, bytes.count) }
        close(descriptor)
    }

    /// Gives the file its size, really there, and maps it.
    func map(_ size: Int) throws {
        let error = posix_fallocate(descriptor, 0, off_t(size))
        if error != 0 {
            throw GymnasiumError.system("\(size) bytes shared in /dev/shm", error)
        }
        let start = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
        guard let start, start != MAP_FAILED else { throw GymnasiumError.system("mmap") }
        bytes = UnsafeMutableRawBufferPointer(start: start, count: size)
    }
}
