import OptimistCore
import OptimistReports

/// What `algorithms show` prints of a solver, filter or planner.
struct MethodPage: ShownPage {
    private let method: InferenceMethod

    init(_ method: InferenceMethod) { self.method = method }

    var text: String {
        get throws {
            """
            \(method.name): \(method.title)
            \(method.summary)
            Papers:
            \(method.papers.map { "  " + $0 }.joined(separator: "\n"))

            \(FactorGraph(method.specification).text())\(try besideGenerativeAgent(method.specification))

            Run it: \(method.command)
            """
        }
    }

    var graph: String { FactorGraph(method.specification).svg(title: method.title) }

    var json: JSONValue {
        get throws {
            .object([
                "name": .text(method.name), "title": .text(method.title),
                "summary": .text(method.summary),
                "papers": .list(method.papers.map { .text($0) }),
                "command": .text(method.command),
                "specification": try JSONValue(encoding: method.specification),
            ])
        }
    }
}
