import OptimistCore
import OptimistProbability

/// Settings of a planner that returns a posterior over actions: which one, and how it searches.
public struct PosteriorPlannerSettings: Configuration {
    /// The planners there are.
    public enum Kind: String, SettingValue, CaseIterable {
        /// Every action imagined, for discrete actions.
        case enumeration
        /// Ascent of the planning bound by its gradient.
        case gradient
        /// The same by a network that learns to make the steps.
        case amortized
        /// Draws of the habit weighted by their exponentiated score.
        case importanceWeighting = "importance-weighting"
        /// The cross-entropy method started from the habit.
        case cem
        /// Sequential Monte Carlo.
        case smc
    }

    /// Which planner.
    @Setting("Which planner.")
    public var kind = Kind.importanceWeighting
    /// Actions looked ahead.
    @Setting("Actions looked ahead.", 1...10_000)
    public var horizon = 12
    /// Weight of the mutual information of what would be seen: 1 for the bound as printed, 0 for
    /// the consistent one.
    @Setting("Weight of the mutual information of what would be seen.", 0.0...)
    public var informationWeight = 0.0
    /// Sequences, rollouts or particles of a state in an iteration.
    @Setting("Sequences, rollouts or particles of a state in an iteration.", 2...1_000_000)
    public var candidates = 128
    /// Iterations of gradient, amortized, importance-weighting and cem, at most.
    @Setting(
        "Iterations of gradient, amortized, importance-weighting and cem, at most.", 1...1_000)
    public var iterations = 3
    /// Rollouts of one sequence that are averaged; 1 counts on good luck.
    @Setting(
        "Rollouts of one sequence that importance-weighting and cem average; 1 counts on luck.",
        1...10_000)
    public var rollouts = 1
    /// The share of sequences that the habit draws after importance-weighting's first pass.
    @Setting(
        "The share of sequences that the habit draws after the first pass of "
            + "importance-weighting.", 0.0...1)
    public var habitShare = 0.5
    /// The share of candidates that should count at least in importance-weighting.
    @Setting("The share of candidates that should count in importance-weighting.", 0.0...1)
    public var minimumEffectiveShare = 1.0 / 16
    /// Fitted deviations never fall below this, in raw actions; in the habit's for cem.
    @Setting("Fitted deviations never fall below this, in raw actions.", 1e-6...1e6)
    public var deviationFloor = 0.05
    /// Importance-weighting stops once a pass brings less than this, in nats; none for never.
    @Setting("Importance-weighting stops once a pass brings less than this, in nats.", 0.0...)
    public var stopImprovement: Double? = nil
    /// It stops early only if KL(q ‖ habit) of the first action is below this, in nats.
    @Setting("It stops early only if the plan is nearer to the habit than this, in nats.", 0.0...)
    public var stopDivergence = 0.1
    /// Importance-weighting stops once this share of candidates counts without tempering; none for
    /// never.
    @Setting("Importance-weighting stops once this share counts without tempering.", 0.0...1)
    public var sufficientShare: Double? = nil
    /// The best sequences that cem is fitted to.
    @Setting("The best sequences that cem is fitted to.", 1...1_000_000)
    public var elites = 12
    /// The step size of gradient in raw actions, and of amortized before it has learned in the
    /// habit's deviations.
    @Setting("The step size of gradient, and of amortized before it has learned.", 1e-9...1e3)
    public var learningRate = 0.2
    /// A state's gradient that is longer is scaled down to this; none for never.
    @Setting("A state's gradient that is longer is scaled down to this.", 1e-9...1e9)
    public var clippingNorm: Double? = 10
    /// Widths of the hidden layers of amortized's network.
    @Setting("Widths of the hidden layers of amortized's network.", 1...8192)
    public var networkUnits = [64, 64]
    /// The step size of Adam by which amortized's network learns from each plan of training.
    @Setting("The step size of Adam by which amortized's network learns.", 1e-8...1)
    public var networkRate = 1e-3
    /// The standard error, in nats, that enumeration doubles its rollouts for.
    @Setting("The standard error that enumeration doubles its rollouts for, in nats.", 1e-9...)
    public var tolerance = 0.1
    /// Rollouts of each action that enumeration makes at most.
    @Setting("Rollouts of each action that enumeration makes at most.", 2...1_000_000)
    public var maximumRollouts = 1_024
    /// Smc resamples where less than this share of particles counts; 0 for never, 1 for always.
    @Setting("Smc resamples where less than this share counts; 0 never, 1 at every step.", 0.0...1)
    public var resamplingShare = 0.5
    /// Whether smc counts on the value along the way.
    @Setting("Whether smc counts on the value along the way.")
    public var twistsByValue = true

    /// The settings of the demonstration: 128 sequences of 12 actions, 3 passes.
    public init() {}

    /// What a planner needs of its settings holds.
    public func validate() throws {
        let habitCandidates = Int((habitShare * Double(candidates)).rounded())
        if kind == .importanceWeighting, iterations > 1, !(1..<candidates ~= habitCandidates) {
            throw ConfigurationError.inconsistent(
                "habitShare \(habitShare) leaves \(habitCandidates) of \(candidates) sequences to "
                    + "the habit: choose a share for which both habit and fit draw")
        }
        if kind == .gradient || kind == .amortized, candidates % 2 != 0 {
            throw ConfigurationError.inconsistent(
                "\(kind.rawValue) draws in pairs and cannot draw \(candidates): choose an even number of "
                    + "candidates")
        }
        if kind == .cem, elites > candidates {
            throw ConfigurationError.inconsistent(
                "\(elites) elites of \(candidates) candidates: choose fewer elites")
        }
        if kind == .enumeration, maximumRollouts < candidates {
            throw ConfigurationError.inconsistent(
                "maximumRollouts \(maximumRollouts) is below candidates, \(candidates)")
        }
    }

    /// What a planner made of these settings looks for.
    ///
    /// - Parameter discount: the agent's.
    public func objective(discount: Double = 1) -> PlanningObjective {
        PlanningObjective(
            horizon: horizon, discount: discount, informationWeight: informationWeight)
    }
}
