import Foundation
import OptimistCore

/// Starting the workers of one environment.
struct GymnasiumStart {
    let name: GymnasiumName?
    let arguments: [(key: String, value: GymnasiumArgument)]
    let options: GymnasiumOptions

    /// Starts workers for `count` copies side by side and hears what each of them made.
    ///
    /// - Throws: `GymnasiumError`; no worker is left then.
    func launch(_ count: Int) throws -> ([GymnasiumWorker], WorkerGreeting) {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: options.folder, isDirectory: &isFolder),
            isFolder.boolValue
        else {
            throw GymnasiumError.system(
                operation: "the workers' folder \(options.folder)", reason: "is no folder")
        }
        let python = try options.python ?? PythonInterpreter.find()
        let cores = ProcessInfo.processInfo.activeProcessorCount
        let processes = min(count, options.processes ?? cores)
        let deadline = WorkerDeadline(after: options.startLimit)
        var workers: [GymnasiumWorker] = []
        do {
            for process in 0..<processes {
                let copies = count * process / processes..<count * (process + 1) / processes
                workers.append(try start(python, copies, by: deadline))
            }
            let greeting = try greet(workers, by: deadline)
            return (workers, greeting)
        } catch {
            for worker in workers { worker.stop(grace: 0) }
            throw error
        }
    }

    /// Starts one worker.
    func start(
        _ python: PythonInterpreter, _ copies: Range<Int>, by deadline: WorkerDeadline
    ) throws -> GymnasiumWorker {
        try GymnasiumWorker(
            name: title, copies: copies, python: python, request: Array(request(copies.count).utf8),
            by: deadline)
    }

    private var title: String { name?.description ?? "Gymnasium" }

    private func greet(
        _ workers: [GymnasiumWorker], by deadline: WorkerDeadline
    ) throws -> WorkerGreeting {
        let place = { GymnasiumPlace(environment: title) }
        let greetings = try workers.map { worker in
            try worker.receive(by: deadline, at: place) { try WorkerGreeting(&$0) }
        }
        guard greetings.allSatisfy({ $0 == greetings[0] }) else {
            throw GymnasiumError.protocolViolation(
                place(), detail: "two workers made different environments")
        }
        for worker in workers { try worker.map(greetings[0], by: deadline) }
        return greetings[0]
    }

    /// The first command, in JSON.
    private func request(_ count: Int) -> String {
        func text(_ value: String?) -> String { value.map { JSONValue.text($0).text() } ?? "null" }
        let pairs = arguments.map { "\(text($0.key)):\($0.value.json)" }
        let paths = options.modulePaths.map { text($0) }
        return """
            {"id":\(text(name?.identifier)),"module":\(text(name?.module)),"count":\(count),\
            "arguments":{\(pairs.joined(separator: ","))},"folder":\(text(options.folder)),\
            "modulePaths":[\(paths.joined(separator: ","))],"rendering":\(options.rendering)}
            """
    }
}
