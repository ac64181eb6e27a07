import Foundation
import OptimistAgents
import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistTorch

/// Episodes with fixed seeds, from which nothing is learned.
public struct Evaluation: Sendable, Codable, Equatable {
    /// The environment step of training at which it was made.
    public let step: Int
    /// The undiscounted return of each episode.
    public let returns: [Double]
    /// The length of each episode.
    public let lengths: [Int]

    /// An evaluation with its parts.
    public init(step: Int, returns: [Double], lengths: [Int]) {
        self.step = step
        self.returns = returns
        self.lengths = lengths
    }

    /// The mean return with its standard error.
    public var estimate: Estimate { Estimate(of: returns) }
    /// The mean return.
    public var meanReturn: Double { estimate.mean }
}

/// Runs an agent for whole episodes.
public struct Evaluator<A: Agent> {
    /// How the agent chooses.
    public var mode: ActingMode
    /// Gives episodes their seeds and the agent its noise.
    public var generator: Generator
    /// Called with the copy's index after each step, such as to draw it.
    public var onStep: ((Int) throws -> Void)?
    /// Called with the carry after each choice, before the actions are taken, and with which copies'
    /// episodes still go on.
    public var onBelief: ((A.Carry, [Bool]) throws -> Void)?
    /// Called with the seconds that each choice of actions took, all copies together.
    public var onChoice: ((Double) -> Void)?

    /// An evaluator; episode i has the same seed whenever the generator is the same.
    public init(mode: ActingMode = .deterministic, generator: Generator) {
        self.mode = mode
        self.generator = generator
    }

    /// Plays one episode in each copy and reports what they brought.
    ///
    /// - Parameters:
    ///   - agent: who acts.
    ///   - environments: the copies, in the units that agents act in.
    ///   - step: the step of training, for the record.
    ///   - device: where arrivals are put.
    public func evaluate(
        _ agent: A, in environments: any VectorEnvironment, at step: Int, device: Device = .cpu
    ) throws -> Evaluation {
        let count = environments.count
        var active = [Bool](repeating: true, count: count)
        var returns = [Double](repeating: 0, count: count)
        var lengths = [Int](repeating: 0, count: count)
        var carry = agent.carry(for: count)
        var acting = generator.split("acting")
        for copy in 0..<count { try environments.reset(copy, seed: seed(copy)) }
        while active.contains(true) {
            let arrival = Arrival(
                observations: environments.observationTensor(on: device),
                rewards: environments.outcome.rewards, isFirst: lengths.map { $0 == 0 })
            let started = DispatchTime.now().uptimeNanoseconds
            let action = try agent.act(on: arrival, carrying: &carry, mode: mode, using: &acting)
            onChoice?(Double(DispatchTime.now().uptimeNanoseconds - started) * 1e-9)
            try onBelief?(carry, active)
            try action.values.withUnsafeBufferPointer {
                try environments.step(actions: $0, active: active)
            }
            for copy in 0..<count where active[copy] {
                returns[copy] += environments.outcome.rewards[copy]
                lengths[copy] += 1
                active[copy] = environments.outcome.endings[copy] == .none
                try onStep?(copy)
            }
        }
        return Evaluation(step: step, returns: returns, lengths: lengths)
    }

    private func seed(_ copy: Int) -> UInt64 {
        var stream = generator.split("seed").split(copy)
        return stream.next() >> 33
    }
}

extension Run {
    /// Evaluates now and reports; keeps the agent if it is the best so far.
    func evaluateAndRecord() throws {
        let evaluation = try times.measure(.evaluation) { try evaluate() }
        lastEvaluation = evaluation
        var metrics = [Metric("return", evaluation.meanReturn)]
        // A single episode has none.
        if let error = evaluation.estimate.standardError {
            metrics.append(Metric("standardError", error))
        }
        metrics.append(Metric("episodes", Double(evaluation.returns.count)))
        for mode in A.algorithm.comparedModes {
            let compared = try times.measure(.evaluation) { try evaluate(mode: mode) }
            metrics.append(Metric("return." + mode.name, compared.meanReturn))
            if let error = compared.estimate.standardError {
                metrics.append(Metric("standardError." + mode.name, error))
            }
        }
        try report(Record(.evaluation, metrics: metrics))
        if evaluation.meanReturn > bestEvaluation ?? -.infinity {
            bestEvaluation = evaluation.meanReturn
            try saveBest(step: evaluation.step)
        }
    }

    /// Plays the evaluation's episodes, with the same seeds each time.
    public func evaluate(mode: ActingMode = .deterministic) throws -> Evaluation {
        let environments = try environment.agentUnits(
            copies: description.run.evaluationEpisodes, workingFolder: folder.path)
        defer { environments.close() }
        let evaluator = Evaluator<A>(mode: mode, generator: generators.evaluation)
        return try evaluator.evaluate(
            agent, in: environments, at: steps, device: collector.device)
    }
}
