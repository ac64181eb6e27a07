import Foundation

/// Why no good reply came.
enum WorkerTrouble: Error {
    /// The worker closed its end.
    case ended
    /// The time was up.
    case late(seconds: Double)
    /// A reply that the protocol does not know.
    case violation(String)
}

/// Frames to and from a worker, and what it writes for people.
///
/// A frame is two 32-bit numbers, the kind and the length of what follows, and then that many
/// bytes. While a reply is awaited, the worker's standard error is read too, so that it never
/// blocks on it; the last of it is kept.
final class WorkerChannel {
    /// Most bytes that a reply may have.
    static let largestReply = 1 << 28
    /// Bytes of standard error that are kept.
    static let keptMessages = 1 << 14

    private var commands: Int32
    /// Our copy of the end that the worker reads from: while it is open, a write to a worker that
    /// died is no SIGPIPE.
    private var commandsOther: Int32
    private var replies: Int32
    private var messages: Int32
    /// Nanoseconds to stay awake for a reply before sleeping: being woken costs more than many
    /// steps take. Only for a worker that has a core of its own.
    var patience: UInt64 = 0
    private var buffer = [UInt8](repeating: 0, count: 1 << 16)
    private var said: [UInt8] = []

    init(commands: Int32, commandsOther: Int32, replies: Int32, messages: Int32) {
        self.commands = commands
        self.commandsOther = commandsOther
        self.replies = replies
        self.messages = messages
        for descriptor in [commands, replies, messages] {
            _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        }
    }

    deinit {
        closeCommands()
        close()
    }

    /// Sends a command.
    func send(_ kind: WorkerCommand, _ body: [UInt8] = [], by deadline: WorkerDeadline) throws {
        var frame = WorkerBytes()
        frame.append(kind.rawValue)
        frame.append(UInt32(body.count))
        try write(frame.bytes + body, by: deadline)
    }

    /// Sends the command to step, which has no body and is sent often.
    func sendStep(by deadline: WorkerDeadline) throws {
        try write(WorkerChannel.stepFrame, by: deadline)
    }

    private static let stepFrame: [UInt8] = {
        var frame = WorkerBytes()
        frame.append(WorkerCommand.step.rawValue)
        frame.append(UInt32(0))
        return frame.bytes
    }()

    private func write(_ bytes: [UInt8], by deadline: WorkerDeadline) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Foundation.write(commands, $0.baseAddress! + sent, $0.count - sent)
            }
            if count > 0 {
                sent += count
            } else if errno == EAGAIN {
                try waitToSend(by: deadline)
            } else if errno != EINTR {
                throw GymnasiumError.system("write")
            }
        }
    }

    /// Waits for room in the pipe; a worker that ended will not make any.
    private func waitToSend(by deadline: WorkerDeadline) throws {
        var polled = [
            pollfd(fd: commands, events: Int16(POLLOUT), revents: 0),
            pollfd(fd: replies, events: 0, revents: 0),
            pollfd(fd: messages, events: Int16(POLLIN), revents: 0),
        ]
        let ready = poll(&polled, 3, deadline.milliseconds)
        if polled[1].revents & Int16(POLLHUP) != 0 { throw WorkerTrouble.ended }
        if polled[2].revents != 0 { readMessages() }
        if ready == 0 { throw WorkerTrouble.late(seconds: deadline.seconds) }
    }

    /// Waits for a reply and hands its kind and bytes to `body`; the bytes live during the call.
    func receive<Result>(
        by deadline: WorkerDeadline, _ body: (UInt32, UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result {
        var filled = 0
        var needed = 8
        while filled < needed {
            try waitForReply(by: deadline)
            let count = buffer.withUnsafeMutableBytes {
                read(replies, $0.baseAddress! + filled, $0.count - filled)
            }
            if count == 0 { throw WorkerTrouble.ended }
            if count < 0 {
                if errno == EAGAIN || errno == EINTR { continue }
                throw GymnasiumError.system("read")
            }
            filled += count
            if filled >= 8 { needed = 8 + (try checkedLength()) }
            if buffer.count < needed {
                buffer.append(contentsOf: repeatElement(0, count: needed - buffer.count))
            }
        }
        if filled > needed {
            throw WorkerTrouble.violation("\(filled - needed) bytes more than its length says")
        }
        return try buffer.withUnsafeBytes {
            try body($0.load(as: UInt32.self), UnsafeRawBufferPointer(rebasing: $0[8..<needed]))
        }
    }

    private func checkedLength() throws -> Int {
        let length = buffer.withUnsafeBytes { $0.load(fromByteOffset: 4, as: UInt32.self) }
        if length > WorkerChannel.largestReply {
            throw WorkerTrouble.violation(
                "it has \(length) bytes, most are \(WorkerChannel.largestReply)")
        }
        return Int(length)
    }

    private func waitForReply(by deadline: WorkerDeadline) throws {
        if patience > 0 {
            let end = DispatchTime.now().uptimeNanoseconds &+ patience
            repeat {
                if try hasReply(within: 0) { return }
                sched_yield()
            } while DispatchTime.now().uptimeNanoseconds < end
        }
        while try !hasReply(within: deadline.milliseconds) {
            if deadline.milliseconds == 0 { throw WorkerTrouble.late(seconds: deadline.seconds) }
        }
    }

    /// Whether there is a reply, or its end, within a time; reads messages meanwhile.
    private func hasReply(within milliseconds: Int32) throws -> Bool {
        var polled = (
            pollfd(fd: replies, events: Int16(POLLIN), revents: 0),
            pollfd(fd: messages, events: Int16(POLLIN), revents: 0)
        )
        let ready = withUnsafeMutableBytes(of: &polled) {
            poll($0.assumingMemoryBound(to: pollfd.self).baseAddress!, 2, milliseconds)
        }
        if ready < 0 && errno != EINTR { throw GymnasiumError.system("poll") }
        if polled.1.revents != 0 { readMessages() }
        return polled.0.revents != 0
    }

    /// Waits until the worker has closed its replies; what it still sends is dropped.
    func awaitEnd(until deadline: WorkerDeadline) {
        while true {
            do { try waitForReply(by: deadline) } catch { return }
            let count = buffer.withUnsafeMutableBytes { read(replies, $0.baseAddress!, $0.count) }
            if count == 0 { return }
        }
    }

    /// Reads what the worker has said up to now, without waiting.
    func drainMessages() {
        while readMessages() {}
    }

    /// Reads some of the worker's standard error; false where there is none now.
    @discardableResult
    private func readMessages() -> Bool {
        guard messages >= 0 else { return false }
        var chunk = [UInt8](repeating: 0, count: 1 << 14)
        let count = read(messages, &chunk, chunk.count)
        if count <= 0 {
            if count == 0 || errno != EAGAIN && errno != EINTR {
                _ = Foundation.close(messages)
                messages = -1
            }
            return false
        }
        said += chunk[..<count]
        if said.count > WorkerChannel.keptMessages {
            said.removeFirst(said.count - WorkerChannel.keptMessages)
        }
        return true
    }

    /// The last lines that the worker wrote for people, at most `count`.
    func lastLines(_ count: Int) -> String {
        String(decoding: said, as: UTF8.self).split(whereSeparator: \.isNewline).suffix(count)
            .joined(separator: "\n")
    }

    /// Ends the worker's input.
    func closeCommands() {
        for descriptor in [commands, commandsOther] where descriptor >= 0 {
            _ = Foundation.close(descriptor)
        }
        commands = -1
        commandsOther = -1
    }

    /// Closes what is read from.
    func close() {
        for descriptor in [replies, messages] where descriptor >= 0 {
            _ = Foundation.close(descriptor)
        }
        replies = -1
        messages = -1
    }
}
