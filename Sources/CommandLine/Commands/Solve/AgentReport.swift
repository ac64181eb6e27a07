import OptimistCore
import OptimistInference

/// A solved generative agent, for people and for programs.
struct AgentReport: SolveReport {
    let environment: GenerativeEnvironment
    let agent: GenerativeAgentDescription
    /// The number of rewards, as the request counts steps.
    let horizon: Int
    let solution: GenerativeSolution

    var problem: GenerativeProblem { solution.problem }

    var document: ResultDocument {
        var document = ResultDocument()
        let details = environment.description.model.details
        document["discount"] = .json(.number(problem.discount))
        document["horizon"] = .json(.number(Double(horizon)))
        document["rewardScale"] = .json(.number(problem.rewardScale))
        document["temperature"] = .json(.number(1 / problem.rewardScale))
        document["rewardOffset"] = .json(.number(problem.rewardOffset))
        document["rewards"] = .numbers(problem.rewards)
        document["actions"] = .json(
            ResultDocument.names(details.actionNames, problem.agent.actionCount))
        document["observations"] = .json(
            .list(
                (0..<problem.environment.observationCount).map {
                    .text(environment.label(observation: $0))
                }))
        document["agentStates"] = .json(
            ResultDocument.names(agent.stateNames, problem.agent.stateCount))
        document["logEvidence"] = .json(.number(solution.logEvidence))
        document["bound"] = .json(.number(solution.bound))
        document["gap"] = .json(.number(solution.gap))
        let posteriors = GenerativeSolution.Posterior.allCases
        document["posteriors"] = .list(count: posteriors.count) { .json(json(posteriors[$0])) }
        let arrivals = problem.firstArrivals.count
        document["firstStep"] = .list(count: arrivals) { .json(firstStep($0)) }
        document["plans"] = .list(count: solution.plans.count) {
            let plan = solution.plans[$0]
            return .json(
                .object([
                    "informationWeight": .number(plan.informationWeight),
                    "values": Self.table(plan.values), "policy": Self.table(plan.laws),
                ]))
        }
        if !solution.rounds.isEmpty {
            document["rounds"] = .list(count: solution.rounds.count) { .json(round($0)) }
        }
        return document
    }

    /// A posterior's terms, in sum and step by step.
    private func json(_ posterior: GenerativeSolution.Posterior) -> JSONValue {
        let evaluation = solution[posterior]
        var object: [String: JSONValue] = [
            "name": .text(posterior.rawValue), "bound": Self.json(evaluation.total),
            "steps": .list(evaluation.steps.map(Self.json)),
            "expectedReturn": .number(evaluation.expectedReturn),
            "logLikelihood": .number(evaluation.logLikelihood),
            "logMarginal": .number(evaluation.logMarginal),
        ]
        if evaluation.total.firstNotFinite != nil {
            object["boundReason"] = .text(Self.impossible)
        }
        return .object(object)
    }

    /// Why a bound is minus infinity.
    static let impossible =
        "a state that the posterior believes in cannot have shown what arrived"

    private static func json(_ bound: Bound<Double>) -> JSONValue {
        guard let json = try? JSONValue(encoding: bound) else {
            fail("AgentReport", "a bound cannot be written")
        }
        return json
    }

    private static func table(_ rows: [[Double]]) -> JSONValue {
        .list(rows.map { .list($0.map { .number($0) }) })
    }

    /// What may arrive first, and what is inferred from it.
    private func firstStep(_ index: Int) -> JSONValue {
        let arrival = problem.firstArrivals[index].arrival
        func states(_ posterior: GenerativeSolution.Posterior) -> JSONValue {
            .list(solution.firstStates(posterior, arrival: index).map { .number($0) })
        }
        func actions(_ posterior: GenerativeSolution.Posterior) -> JSONValue {
            Self.table(solution.firstActions(posterior, arrival: index))
        }
        return .object([
            "observation": observation(arrival).map { .text($0) } ?? .null,
            "reward": reward(arrival).map { .number($0) } ?? .null,
            "probability": .number(arrival.probability),
            "prior": .list(arrival.prior.map { .number($0) }),
            "filter": .list(arrival.filter.map { .number($0) }),
            "states": .object(["best": states(.best), "evidence": states(.evidence)]),
            "policy": .object(["best": actions(.best), "evidence": actions(.evidence)]),
        ])
    }

    /// What an arrival of the first step shows; nil for nothing.
    func observation(_ arrival: AgentArrival) -> String? {
        environment.first.isShown ? environment.label(observation: arrival.observation) : nil
    }

    /// What an arrival of the first step brings; nil for nothing.
    func reward(_ arrival: AgentArrival) -> Double? {
        environment.first.isPaid ? problem.rewards[arrival.reward] : nil
    }

    private func round(_ number: Int) -> JSONValue {
        let round = solution.rounds[number]
        let actions = problem.agent.actionCount
        let habit = stride(from: 0, to: round.habit.count, by: actions).map {
            Array(round.habit[$0..<$0 + actions])
        }
        return .object([
            "bound": .number(round.bound), "logEvidence": .number(round.logEvidence),
            "expectedReturn": .number(round.expectedReturn), "habit": Self.table(habit),
        ])
    }
}
