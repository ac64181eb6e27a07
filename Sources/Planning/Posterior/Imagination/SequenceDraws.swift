import OptimistTorch

/// Action sequences that a planner wants imagined, of which some follow the habit in closed loop and
/// the others a plan.
public struct SequenceDraws {
    /// Standard normal noise of the habit's draws, `[state, candidate, horizon, action]`.
    public var noise: Tensor
    /// What is planned, raw actions of the same shape; nil where the habit chooses everywhere.
    public var planned: Tensor?
    /// Of a state's candidates the first so many follow the habit.
    public var habitCandidates: Int
    /// Rollouts of each sequence, of which the mean counts: the habit chooses in the first of them,
    /// the others do the same.
    public var rollouts: Int

    /// Draws with their parts.
    public init(noise: Tensor, planned: Tensor?, habitCandidates: Int, rollouts: Int = 1) {
        self.noise = noise
        self.planned = planned
        self.habitCandidates = habitCandidates
        self.rollouts = rollouts
    }
}

/// What came of sequences in imagination.
public struct ImaginedSequences {
    /// Raw actions, `[state, candidate, horizon, action]`.
    public var actions: Tensor
    /// S of the planning bound, the mean over rollouts, `[state, candidate]`, in nats; −∞ where it
    /// is not a finite number, so that such a sequence never counts.
    public var scores: Tensor
    /// log p of the sequence under the closed-loop habit, `[state, candidate]`, in nats.
    public var logHabit: Tensor
    /// The information on the way, `[state, candidate]`, in nats; nil where it is not measured.
    public var information: Tensor?
    /// log p of each action under the closed-loop habit, `[state, candidate, horizon]`, in nats.
    public var stepLogHabit: Tensor
    /// The probability that each step is reached, `[state, candidate, horizon]`; nil where all
    /// surely are.
    public var survival: Tensor?

    /// Sequences with their parts; scores that are no finite numbers become −∞.
    public init(
        actions: Tensor, scores: Tensor, logHabit: Tensor, information: Tensor? = nil,
        stepLogHabit: Tensor, survival: Tensor? = nil
    ) {
        self.stepLogHabit = stepLogHabit
        self.survival = survival
        self.actions = actions
        self.scores = scores.maskedFill(.!scores.isFinite(), -.infinity)
        self.logHabit = logHabit
        self.information = information
    }
}
