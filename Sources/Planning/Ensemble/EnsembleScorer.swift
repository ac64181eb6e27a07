import OptimistCore
import OptimistModels
import OptimistTorch

/// Scores action sequences by imagining them in an ensemble: the mean over particles of the sum of
/// rewards, with nothing after a termination (Chua et al. 2018, algorithm 1). Only observations are
/// drawn: a predicted reward counts with its mean, a predicted termination with its probability.
public struct EnsembleScorer: PlanScorer {
    /// The world model.
    public let dynamics: EnsembleDynamics
    /// Observations planned from, `[state, observation]`.
    public let starts: Tensor
    /// How uncertainty travels.
    public let propagation: Propagation
    /// Imagined trajectories of each candidate.
    public let particles: Int
    /// Whether all candidates meet the same noise, so that they differ by their actions alone
    /// (common random numbers).
    public let sharesNoise: Bool
    /// Whether predicted rewards are limited to the range of those that the model has seen, so that
    /// no plan is better for an error above the best reward there is.
    public let limitsReward: Bool
    /// Members that serve, one group of rows each.
    let members: [Int]

    /// A scorer of sequences from the given observations.
    ///
    /// - Throws: `PropagationError` where particles cannot be shared among members.
    public init(
        _ dynamics: EnsembleDynamics, from starts: Tensor, propagation: Propagation,
        particles: Int, sharesNoise: Bool = false, limitsReward: Bool = false
    ) throws {
        self.dynamics = dynamics
        self.starts = starts
        self.propagation = propagation
        self.particles = particles
        self.sharesNoise = sharesNoise
        self.limitsReward = limitsReward
        members = dynamics.ensemble.elites.sorted()
        switch propagation {
        case .everyStep, .trajectory, .moments:
            guard particles % members.count == 0 else {
                throw PropagationError.unequalShares(
                    particles: particles, members: members.count)
            }
        case .expectation:
            guard particles == 1 else { throw PropagationError.oneParticle(particles: particles) }
        case .distribution: break
        }
    }

    /// Expected returns `[state, candidate]` of sequences `[state, candidate, horizon, action]`.
    public func scores(of sequences: Tensor, using generator: inout Generator) -> Tensor {
        withoutGradient {
            let shape = sequences.shape
            let layout = Rows(
                states: shape[0], candidates: shape[1], horizon: shape[2],
                groups: groupCount, share: particles / groupCount)
            let plans = sequences.to(.float32).reshaped([shape[0] * shape[1], shape[2], shape[3]])
                .contiguous()
            var imagined = Imagination(self, layout, plans)
            switch propagation {
            case .trajectory: rollOut(&imagined, plans, layout, &generator)
            case .everyStep, .moments, .distribution, .expectation:
                for time in 0..<shape[2] {
                    let next = step(imagined.observations, plans, layout, time, &generator)
                    imagined.advance(to: next, time)
                }
            }
            return imagined.scores
        }
    }

    private var groupCount: Int {
        switch propagation {
        case .everyStep, .trajectory, .moments: members.count
        case .distribution, .expectation: 1
        }
    }

    /// How rows of imagined trajectories are laid out: group, state, candidate, share.
    struct Rows {
        let states: Int
        let candidates: Int
        let horizon: Int
        /// Groups of rows, each served by one member.
        let groups: Int
        /// Particles of a candidate in a group.
        let share: Int

        /// Rows in a group.
        var count: Int { states * candidates * share }
    }

    /// The whole horizon in one call.
    private func rollOut(
        _ imagined: inout Imagination, _ plans: Tensor, _ rows: Rows,
        _ generator: inout Generator
    ) {
        let start =
            rows.states == 1 ? starts.reshaped([dynamics.observationWidth]) : imagined.observations
        let trajectory = dynamics.transition.rollOut(
            start: start, actions: plans, particles: rows.share, members: members,
            noise: noise(rows.horizon, rows, &generator))
        for time in 0..<rows.horizon {
            imagined.advance(to: trajectory.select(axis: 0, time), time)
        }
    }

    /// Predictions after one step, `[group, rows, predictions]`.
    private func step(
        _ observations: Tensor, _ plans: Tensor, _ rows: Rows, _ time: Int,
        _ generator: inout Generator
    ) -> Tensor {
        let actions = plans.slice(axis: 1, time..<time + 1).contiguous()
        switch propagation {
        case .trajectory, .everyStep, .moments:
            let next = dynamics.transition.rollOut(
                start: observations, actions: actions, particles: rows.share, members: members,
                noise: noise(1, rows, &generator)
            ).select(axis: 0, 0)
            return propagation == .moments
                ? matched(next, rows, &generator) : reassigned(next, rows, &generator)
        case .expectation: return meanOfMeans(observations, actions)
        case .distribution: return mixed(observations, actions, rows, &generator)
        }
    }

    /// Where the members' mean predictions lead on average, `[1, rows, predictions]`.
    private func meanOfMeans(_ observations: Tensor, _ actions: Tensor) -> Tensor {
        let shape = observations.shape
        return dynamics.transition.rollOut(
            start: observations.expanded([members.count, shape[1], shape[2]]), actions: actions,
            members: members
        ).select(axis: 0, 0).mean(axis: 0, keepingDimensions: true)
    }

    /// Standard normal draws `[times, group, rows, predictions]`, 0 for predictions that are no
    /// observations; nil where means are followed.
    private func noise(_ times: Int, _ rows: Rows, _ generator: inout Generator) -> Tensor? {
        guard dynamics.ensemble.settings.probabilistic else { return nil }
        let draws = forCandidates(rows, before: [times, rows.groups], after: [rows.share]) {
            normal($0 + [dynamics.ensemble.targets], &generator)
        }
        return draws.reshaped([times, rows.groups, rows.count, dynamics.ensemble.targets])
    }

    /// Draws `[before, state, candidate, after]`, the same for all candidates where noise is shared.
    private func forCandidates(
        _ rows: Rows, before: [Int], after: [Int], _ draw: ([Int]) -> Tensor
    ) -> Tensor {
        let drawn = draw(before + [rows.states, sharesNoise ? 1 : rows.candidates] + after)
        var shape = drawn.shape
        shape[before.count + 1] = rows.candidates
        return drawn.expanded(shape)
    }

    /// Standard normal draws, 0 for reward and termination, whose expectations serve.
    private func normal(_ shape: [Int], _ generator: inout Generator) -> Tensor {
        let draws = Tensor.normal(shape, using: &generator)
        let (width, all) = (dynamics.observationWidth, shape[shape.count - 1])
        if width < all { draws.slice(axis: -1, width..<all).fill(0) }
        return draws
    }

    /// Particles of each candidate handed to members at random, in equal shares.
    private func reassigned(
        _ next: Tensor, _ rows: Rows, _ generator: inout Generator
    ) -> Tensor {
        let width = next.shape[2]
        let cells = rows.states * rows.candidates
        let byCandidate = next.reshaped([rows.groups, cells, rows.share, width])
            .transposed(0, 1).reshaped([cells, rows.groups * rows.share, width])
        let order = forCandidates(rows, before: [], after: [rows.groups * rows.share]) {
            Tensor.uniform($0, using: &generator)
        }.reshaped([cells, rows.groups * rows.share]).sorted(axis: 1).indices
        return byCandidate.gather(
            axis: 1, order.unsqueezed(axis: 2).expanded([cells, rows.groups * rows.share, width])
        ).reshaped([cells, rows.groups, rows.share, width]).transposed(0, 1)
            .reshaped([rows.groups, rows.count, width])
    }

    /// Particles of each candidate drawn from the Gaussian with their moments.
    private func matched(_ next: Tensor, _ rows: Rows, _ generator: inout Generator) -> Tensor {
        let width = next.shape[2]
        let cells = rows.states * rows.candidates
        let parts = next.reshaped([rows.groups, cells, rows.share, width])
        let mean = parts.mean(axes: [0, 2], keepingDimensions: true)
        let deviation = parts.variance(axes: [0, 2], correction: 0, keepingDimensions: true).sqrt()
        let draws = forCandidates(rows, before: [rows.groups], after: [rows.share, width]) {
            normal($0, &generator)
        }.reshaped(parts.shape)
        return (mean + deviation * draws).reshaped([rows.groups, rows.count, width])
    }

    /// One group of particles that are drawn from the Gaussian with the mixture's moments.
    private func mixed(
        _ observations: Tensor, _ actions: Tensor, _ rows: Rows, _ generator: inout Generator
    ) -> Tensor {
        let state = observations.select(axis: 0, 0)
        let action = actions.select(axis: 1, 0).repeatedElements(rows.share, axis: 0)
        let (mean, variance) = dynamics.ensemble.mixture(
            Tensor.concatenated([state, action], axis: 1))
        let draws = forCandidates(rows, before: [], after: [rows.share, mean.shape[1]]) {
            normal($0, &generator)
        }.reshaped(mean.shape)
        let change = mean + variance.sqrt() * draws
        let width = dynamics.observationWidth
        let moved = state + change.slice(axis: 1, 0..<width)
        return Tensor.concatenated(
            [moved, change.slice(axis: 1, width..<change.shape[1])], axis: 1
        ).unsqueezed(axis: 0)
    }
}
