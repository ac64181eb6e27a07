import Foundation
import OptimistCore

/// A worker with the copies that it holds.
final class GymnasiumWorker {
    /// The copies of the vector environment that are this worker's.
    let copies: Range<Int>
    private(set) var rows = WorkerLayout(count: 0, actionWidth: 0, observationBytes: 0)
    let memory: WorkerMemory
    private let name: String
    private let process: WorkerProcess
    /// Whether the worker has been told to step and has not answered yet.
    var isStepping = false
    private var infoLayouts: [[String]] = []

    /// Most sets of names of extra numbers, and most names in all of them.
    private static let mostLayouts = 1000
    private static let mostNames = 100_000

    /// Starts the process and sends it what it shall make.
    init(
        name: String, copies: Range<Int>, python: PythonInterpreter, request: [UInt8],
        by deadline: WorkerDeadline
    ) throws {
        self.name = name
        self.copies = copies
        memory = try WorkerMemory()
        process = try WorkerProcess(python: python, memory: memory.descriptor)
        try send(.start, request, by: deadline, at: { GymnasiumPlace(environment: name) })
    }

    /// The process's identifier.
    var identifier: Int32 { process.identifier }

    /// Stays awake for this worker's replies for a moment before sleeping.
    func awaitEagerly() { process.channel.patience = 100_000 }

    /// The copy that the worker was last busy with, if what it says makes sense.
    var busyCopy: Int? {
        guard memory.bytes.count >= 4 else { return nil }
        let index = Int(memory.bytes.load(as: UInt32.self))
        return index < copies.count ? copies.lowerBound + index : nil
    }

    /// The last lines that Python wrote for people.
    func lastLines(_ count: Int = 20) -> String {
        process.channel.drainMessages()
        return process.channel.lastLines(count)
    }

    /// Sizes the shared file for rows of these spaces and has the worker map it.
    func map(_ greeting: WorkerGreeting, by deadline: WorkerDeadline) throws {
        let space = greeting.observation
        rows = WorkerLayout(
            count: copies.count, actionWidth: greeting.action.width,
            observationBytes: space.width * (space.kind == .bytes ? 1 : 4))
        try memory.map(rows.size)
        let place = { GymnasiumPlace(environment: self.name) }
        try send(.map, rows.command, by: deadline, at: place)
        try receive(by: deadline, at: place) { _ in }
    }

    /// Sends a command.
    func send(
        _ command: WorkerCommand, _ body: [UInt8] = [], by deadline: WorkerDeadline,
        at place: () -> GymnasiumPlace
    ) throws {
        do {
            if command == .step {
                try process.channel.sendStep(by: deadline)
            } else {
                try process.channel.send(command, body, by: deadline)
            }
        } catch {
            throw explain(error, place())
        }
    }

    /// Awaits the reply to a command and reads it to its end.
    func receive<Result>(
        by deadline: WorkerDeadline, at place: () -> GymnasiumPlace,
        _ read: (inout WorkerReader) throws -> Result
    ) throws -> Result {
        do {
            return try process.channel.receive(by: deadline) { kind, bytes in
                var reader = WorkerReader(bytes)
                switch WorkerReply(rawValue: kind) {
                case .done:
                    let result = try read(&reader)
                    try reader.expectEnd()
                    return result
                case .failed: throw try reader.json(bytes.count, as: WorkerFailure.self)
                case nil: throw WorkerTrouble.violation("a reply of kind \(kind)")
                }
            }
        } catch {
            throw explain(error, place())
        }
    }

    /// Ends the worker's input, which tells it to leave.
    func endInput() { process.channel.closeCommands() }

    /// Ends the worker; it has `grace` seconds to leave by itself.
    func stop(grace: Double) { process.stop(grace: grace) }

    /// The error that is thrown for what happened; a worker that cannot go on is ended.
    private func explain(_ error: any Error, _ place: GymnasiumPlace) -> any Error {
        switch error {
        case WorkerTrouble.ended:
            let exit = process.reap()
            return GymnasiumError.workerDied(place, exit, lastLines: lastLines())
        case WorkerTrouble.late(let seconds):
            process.stop(grace: 0)
            return GymnasiumError.workerHung(place, seconds: seconds, lastLines: lastLines())
        case WorkerTrouble.violation(let detail):
            process.stop(grace: 0)
            return GymnasiumError.protocolViolation(place, detail: detail)
        case let failure as WorkerFailure: return explain(failure, place)
        default: return error
        }
    }

    private func explain(_ failure: WorkerFailure, _ place: GymnasiumPlace) -> GymnasiumError {
        let text = failure.text
        switch failure.kind {
        case "gymnasium": return .gymnasiumMissing(python: failure.python ?? "", reason: text)
        case "module":
            let module = name.split(separator: ":").dropFirst().first.map(String.init) ?? name
            return .moduleFailed(module: module, reason: text)
        case "unknown": return .unknownEnvironment(name, reason: text, near: failure.near ?? [])
        case "package": return .packageMissing(environment: name, reason: text)
        case "constructor": return .notMade(environment: name, reason: text)
        case "arguments": return .refusedArguments(environment: name, reason: text)
        case "space": return .unsupportedSpace(environment: name, space: text)
        case "table": return .noTable(environment: name, reason: text)
        case "observation": return .wrongObservation(place, detail: text)
        default: return .raised(place, exception: text, lastLines: lastLines())
        }
    }

    /// Reads extra numbers to the reply's end: new sets of names, and rows of numbers.
    ///
    /// - Parameter take: called with a copy, the names' number and the names, and a closure that
    ///   reads the next value.
    func readInfo(
        _ reader: inout WorkerReader,
        _ take: (_ copy: Int, _ layout: Int, _ names: [String], inout WorkerReader) throws -> Void
    ) throws {
        while reader.remaining > 0 {
            let first = Int(try reader.number())
            let second = Int(try reader.number())
            if first == 0xFFFF_FFFF {
                let names = try reader.json(second, as: [String].self)
                infoLayouts.append(names)
                guard infoLayouts.count <= GymnasiumWorker.mostLayouts,
                    infoLayouts.reduce(0, { $0 + $1.count }) <= GymnasiumWorker.mostNames
                else { throw WorkerTrouble.violation("too many names of extra numbers") }
            } else {
                guard first < copies.count, second < infoLayouts.count else {
                    throw WorkerTrouble.violation("extra numbers \(second) of copy \(first)")
                }
                try take(copies.lowerBound + first, second, infoLayouts[second], &reader)
            }
        }
    }
}
