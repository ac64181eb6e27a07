import OptimistCore
import OptimistExperiments
import OptimistReports

/// A folder in the list of runs, whether it can be read or not.
struct RunEntry {
    let folder: RunFolder
    private let summary: Result<RunSummary, any Error>

    init(_ folder: RunFolder) {
        self.folder = folder
        summary = Result { try RunSummary(folder) }
    }

    /// What keeps it from being read and what to do; nil where nothing does.
    var problem: String? {
        guard case .failure(let error) = summary else { return nil }
        return isDamaged(error)
            ? "\(error); optimist runs delete \(folder.path) deletes it" : "\(error)"
    }

    private func isDamaged(_ error: any Error) -> Bool { Failure(error).code == .data }

    static func table(_ entries: [RunEntry]) -> String {
        if entries.isEmpty { return "no runs yet: optimist train pets makes one" }
        var table = TextTable([
            .words("run"), .words("algorithm"), .words("environment"), .numbers("seed"),
            .numbers("steps"), .numbers("evaluation"),
        ])
        for entry in entries { table.append(entry.row) }
        return table.text()
    }

    private var row: [String] {
        switch summary {
        case .success(let summary): summary.row
        case .failure(let error):
            [folder.name, isDamaged(error) ? "damaged" : "unreadable", "-", "-", "-", "-"]
        }
    }

    /// What `runs show` gives, or what is wrong.
    var json: JSONValue {
        get throws {
            switch summary {
            case .success(let summary): try summary.json
            case .failure(let error):
                .object([
                    "name": .text(folder.name), "run": .text(folder.path),
                    "error": .text("\(error)"),
                ])
            }
        }
    }
}
