import Foundation

extension RunFolder {
    /// Deletes the run and its files; of a run whose `run.json` cannot be read only what holds
    /// nothing but a run's files.
    ///
    /// - Throws: `RunError.locked` where it is being trained, `RunError.notDeleted` where it cannot
    ///   be told that all of it belongs to a run, `FileError`.
    public func delete() throws {
        if let damage { try requireOwnFiles(alone: damage) }
        let held = try RunLock(path: lock)
        try withExtendedLifetime(held) {
            do {
                try FileManager.default.removeItem(atPath: path)
            } catch {
                throw FileError.transfer(path: path, reason: error.localizedDescription)
            }
        }
    }

    /// Why `run.json` cannot be read; nil where it can.
    private var damage: (any Error)? {
        do {
            _ = try readDescription()
            return nil
        } catch {
            return error
        }
    }

    /// A folder is anybody's until its contents say that it is a run's: everything that a run makes
    /// is there, and nothing else.
    private func requireOwnFiles(alone damage: any Error) throws {
        func refusal(_ reason: String) -> RunError {
            .notDeleted(
                path: path,
                reason: "its run.json cannot be read, and \(reason): delete the folder by hand")
        }
        if let error = damage as? FileError, error.isOfPermission { throw error }
        guard Kind(of: path) == .folder else { throw refusal("it is no folder") }
        for (name, kind) in [
            (description, Kind.file), (store, .file), (checkpoints, .folder), (segments, .folder),
        ] where Kind(of: name) != kind {
            throw refusal("it has no \((name as NSString).lastPathComponent)")
        }
        guard let names = FileManager.default.subpaths(atPath: path) else {
            throw refusal("what is in it cannot be listed")
        }
        for name in names.sorted() {
            if !Self.isOwn(name.split(separator: "/").map(String.init), Kind(of: "\(path)/\(name)"))
            {
                throw refusal("\(name) in it is not a run's")
            }
        }
    }

    /// What is at a path; links are neither.
    private enum Kind {
        case file, folder, other

        init(of path: String) {
            var status = stat()
            guard lstat(path, &status) == 0 else {
                self = .other
                return
            }
            switch status.st_mode & S_IFMT {
            case S_IFREG: self = .file
            case S_IFDIR: self = .folder
            default: self = .other
            }
        }
    }

    /// Whether a run makes something of that name, given by its parts below the run's folder.
    private static func isOwn(_ parts: [String], _ kind: Kind) -> Bool {
        let isFolder = kind == .folder
        guard let last = parts.last, isFolder || kind == .file else { return false }
        let name = last.hasSuffix(".partial") ? String(last.dropLast(8)) : last
        switch (parts.count, parts[0], isFolder) {
        case (1, _, true): return ["checkpoints", "segments"].contains(name)
        case (1, _, false): return ownFiles.contains(name) || name.hasPrefix("events.out.tfevents.")
        case (2, "checkpoints", true): return name == "best" || isStep(name)
        case (2, "segments", false): return name.hasSuffix(".safetensors")
        case (3, "checkpoints", false): return ["agent.safetensors", "state.json"].contains(name)
        default: return false
        }
    }

    /// Files of a run beside its events; simulators add the last one.
    private static let ownFiles = [
        "run.json", "run.sqlite", "run.sqlite-wal", "run.sqlite-shm", "run.sqlite-journal", "lock",
        "records.jsonl", "records.csv", "MUJOCO_LOG.TXT",
    ]
}

extension FileError {
    /// Whether a permission is all that is missing.
    fileprivate var isOfPermission: Bool {
        if case .permission = self { true } else { false }
    }
}
