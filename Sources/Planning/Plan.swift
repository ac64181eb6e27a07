import OptimistCore
import OptimistTorch

/// Scores action sequences, larger being better: the expected sum of rewards of each.
public protocol PlanScorer {
    /// The scores of sequences `[state, candidate, horizon, action]`, as `[state, candidate]`.
    ///
    /// State s is the s-th of the states that planning starts from.
    func scores(of sequences: Tensor, using generator: inout Generator) throws -> Tensor
}

/// What a planner is asked: sequences for several states at once.
public struct PlanningProblem {
    /// States planned from, side by side.
    public let states: Int
    /// Actions looked ahead.
    public let horizon: Int
    /// Where actions lie.
    public let box: ActionBox
    /// Tells good sequences from bad ones.
    public let scorer: any PlanScorer

    /// A problem with its parts.
    public init(states: Int, horizon: Int, box: ActionBox, scorer: any PlanScorer) {
        if states < 1 || horizon < 1 {
            fail("PlanningProblem", "\(states) states, a horizon of \(horizon)")
        }
        self.states = states
        self.horizon = horizon
        self.box = box
        self.scorer = scorer
    }

    /// The scores of sequences; one that is not finite becomes −∞, so that it is never chosen.
    ///
    /// - Throws: `PlanningError.noFiniteScore` where a state has none; what the scorer throws.
    func scores(of sequences: Tensor, using generator: inout Generator) throws -> Tensor {
        let scores = try scorer.scores(of: sequences, using: &generator)
        if scores.shape != Array(sequences.shape.prefix(2)) {
            fail("PlanScorer.scores", "\(scores.shape) for sequences \(sequences.shape)")
        }
        let sane = scores.maskedFill(.!scores.isFinite(), -.infinity)
        if let state = sane.max(axis: 1).doubles().firstIndex(of: -.infinity) {
            throw PlanningError.noFiniteScore(state: state)
        }
        return sane
    }
}

/// Why a plan could not be made.
public enum PlanningError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Not one sequence from a state has a finite score.
    case noFiniteScore(state: Int)
    /// The gradient of a learning planner's network is not finite.
    case gradientNotFinite(plan: Int)

    /// The sentence that a user reads.
    public var description: String {
        switch self {
        case .noFiniteScore(let state):
            "no action sequence from state \(state) has a finite score: the model has diverged"
        case .gradientNotFinite(let plan):
            "the gradient of the planner's network is not finite in plan \(plan): the model has "
                + "diverged, or the planner's learning rate is too high"
        }
    }
}

/// A posterior over action sequences, as far as a planner describes it.
public struct Plan {
    /// The sequence to act on, `[state, horizon, action]`.
    public var actions: Tensor
    /// The spread that the planner ended with, `[state, horizon, action]`; nil where it has none.
    public var deviation: Tensor?
    /// The best score that was seen, `[state]`, in reward.
    public var bestScore: Tensor
    /// The mean score of the last population's elites, or its weighted mean, `[state]`, in reward.
    public var expectedScore: Tensor
    /// The effective sample size of the last population, `[state]`; nil without weights.
    public var effectiveSampleSize: Tensor?
    /// Sequences scored for each state.
    public var evaluations: Int

    /// The first action for each state, `[state, action]`.
    public var first: Tensor { actions.select(axis: 1, 0) }
}

/// What a planner keeps from one step to the next: the plan, moved on by one, and its elites.
public struct PlanMemory {
    /// Where the next search starts, `[state, horizon, action]`.
    public var mean: Tensor
    /// The last search's best sequences, `[state, elite, horizon, action]`, best first.
    public var elites: Tensor?

    /// A memory that knows nothing: the middle of the box for every step.
    public init(states: Int, horizon: Int, box: ActionBox) {
        mean = box.middle.expanded([states, horizon, box.width]).contiguous()
    }

    /// A memory with its parts.
    public init(mean: Tensor, elites: Tensor? = nil) {
        self.mean = mean
        self.elites = elites
    }

    /// Moves the plan on by one step; its new last action is given, `[action]`.
    public mutating func shift(appending last: Tensor) {
        let shape = mean.shape
        mean = Tensor.concatenated(
            [mean.slice(axis: 1, 1..<shape[1]), last.expanded([shape[0], 1, shape[2]])], axis: 1)
    }

    /// Forgets the plans of the states for which `rows` is true.
    public mutating func reset(_ rows: [Bool], box: ActionBox) {
        guard rows.contains(true) else { return }
        let mask = Tensor(rows, shape: [rows.count, 1, 1], device: mean.device)
        mean = Tensor.where(mask, box.middle.expanded(mean.shape), mean)
        if rows.allSatisfy({ $0 }) {
            elites = nil
        } else if let kept = elites {
            let middle = box.middle.expanded(kept.shape)
            elites = Tensor.where(mask.unsqueezed(axis: 1), middle, kept)
        }
    }
}

/// A way of finding good action sequences.
public protocol Planner: Sendable {
    /// Searches from where the memory stands and leaves the found plan there, not moved on.
    func plan(
        _ problem: PlanningProblem, from memory: inout PlanMemory, using generator: inout Generator
    ) throws -> Plan

    /// What the memory's new last action is when it is moved on by a step, `[action]`.
    func fill(for memory: PlanMemory, in box: ActionBox) -> Tensor
}

extension Planner {
    /// The middle of the box.
    public func fill(for memory: PlanMemory, in box: ActionBox) -> Tensor { box.middle }
}

extension Tensor {
    /// The `count` best candidates of each state, best first.
    ///
    /// - Parameters:
    ///   - scores: `[state, candidate]`.
    /// - Returns: `[state, count, horizon, action]` of `self` `[state, candidate, horizon, action]`.
    func elites(_ count: Int, by scores: Tensor) -> (sequences: Tensor, scores: Tensor) {
        let (best, indices) = scores.top(count, axis: 1)
        let shape = self.shape
        let rows = reshaped([shape[0], shape[1], shape[2] * shape[3]])
        let wide = indices.unsqueezed(axis: 2).expanded([shape[0], count, shape[2] * shape[3]])
        return (
            rows.gather(axis: 1, wide).reshaped([shape[0], count, shape[2], shape[3]]), best
        )
    }
}
