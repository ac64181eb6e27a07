import OptimistCore
import OptimistInference
import OptimistReports

extension AgentReport {
    /// Longer tables are cut.
    private static let mostRows = 24

    var text: String {
        var parts = [
            """
            log evidence  \(number(solution.logEvidence)) nats
            bound         \(number(solution.bound)) nats
            gap           \(number(solution.gap)) nats

            """, posteriorTable,
        ]
        if !impossiblePosteriors.isEmpty {
            parts.append(
                "-inf for \(impossiblePosteriors.joined(separator: ", ")): \(Self.impossible)\n")
        }
        parts += [stepTable, firstStepTable, planTable]
        if !solution.rounds.isEmpty { parts.append(roundTable) }
        return parts.joined(separator: "\n")
    }

    private func number(_ value: Double) -> String { NumberText.short(value, digits: 10) }
    private func cell(_ value: Double?) -> String {
        value.map { $0.text(decimals: 6) } ?? ""
    }

    private var impossiblePosteriors: [String] {
        GenerativeSolution.Posterior.allCases
            .filter { solution[$0].total.firstNotFinite != nil }.map(\.rawValue)
    }

    private static let terms: [TextTable.Column] = [
        .numbers("reward"), .numbers("information gain"), .numbers("state consistency"),
        .numbers("action consistency"), .numbers("total"),
    ]

    private func cells(_ bound: Bound<Double>) -> [String] {
        [
            cell(bound.reward), cell(bound.informationGain), cell(bound.stateConsistency),
            cell(bound.actionConsistency), cell(bound.total),
        ]
    }

    private var posteriorTable: String {
        var table = TextTable([.words("posterior")] + Self.terms + [.numbers("return")])
        for posterior in GenerativeSolution.Posterior.allCases {
            let evaluation = solution[posterior]
            table.append(
                [posterior.sentence] + cells(evaluation.total) + [cell(evaluation.expectedReturn)])
        }
        return table.text()
    }

    private var stepTable: String {
        var table = TextTable([.numbers("arrival")] + Self.terms)
        let steps = solution[.best].steps
        for (index, bound) in steps.prefix(Self.mostRows).enumerated() {
            table.append(["\(index + 1)"] + cells(bound))
        }
        return "The best posterior, step by step:\n" + table.text() + rest(steps.count)
    }

    private func rest(_ count: Int) -> String {
        count > Self.mostRows
            ? "and \(count - Self.mostRows) more: --format json gives all\n" : ""
    }

    private func action(_ index: Int) -> String {
        environment.description.model.label(action: index)
    }

    private var firstStepTable: String {
        let arrivals = problem.firstArrivals
        var table = TextTable(
            [.words("shows"), .numbers("reward"), .numbers("probability"), .words("state")]
                + [.numbers("filter"), .numbers("q*(state)")]
                + (0..<min(problem.agent.actionCount, 8)).map {
                    .numbers("q*(\(action($0)))")
                })
        var rows = 0
        for (index, (arrival, _)) in arrivals.enumerated() where rows < Self.mostRows {
            let states = solution.firstStates(.best, arrival: index)
            let actions = solution.firstActions(.best, arrival: index)
            for state in states.indices where states[state] > 0 && rows < Self.mostRows {
                rows += 1
                table.append(
                    [
                        observation(arrival) ?? "nothing", reward(arrival).map(number) ?? "none",
                        cell(arrival.probability), agent.label(state: state),
                        cell(arrival.filter[state]), cell(states[state]),
                    ] + actions[state].prefix(8).map(cell))
            }
        }
        let isCut = rows == Self.mostRows
        return "What arrives first, and what is inferred"
            + (isCut ? ", cut (--format json gives all)" : "") + ":\n" + table.text()
    }

    private var planTable: String {
        var table = TextTable([
            .words("state"), .words("action"), .numbers("habit"), .numbers("value"),
            .numbers("q"), .numbers("value with information"), .numbers("q"),
        ])
        let (actions, plans) = (problem.agent.actionCount, solution.plans)
        let pairs = problem.agent.stateCount * actions
        for pair in 0..<min(pairs, Self.mostRows) {
            let (state, action) = (pair / actions, pair % actions)
            table.append(
                [
                    agent.label(state: state), self.action(action),
                    cell(problem.agent.habit(state, action)),
                ]
                    + plans.flatMap {
                        [cell($0.values[state][action]), cell($0.laws[state][action])]
                    }
            )
        }
        return "Planning in the agent's own model at the first step, then habit:\n" + table.text()
            + rest(pairs)
    }

    private var roundTable: String {
        var table = TextTable([
            .numbers("round"), .numbers("bound"), .numbers("log evidence"), .numbers("return"),
        ])
        let rounds = solution.rounds
        let stride = max(1, (rounds.count + Self.mostRows - 1) / Self.mostRows)
        for (index, round) in rounds.enumerated()
        where index % stride == 0 || index == rounds.count - 1 {
            table.append([
                "\(index)", cell(round.bound), cell(round.logEvidence), cell(round.expectedReturn),
            ])
        }
        return "Plans become habit:\n" + table.text()
    }
}

extension GenerativeSolution.Posterior {
    /// What it is, for people.
    fileprivate var sentence: String {
        switch self {
        case .best: "best, q*"
        case .evidence: "factors of the exact one"
        case .habitual: "filter, actions by habit"
        case .blind: "nothing seen, habit"
        }
    }
}
