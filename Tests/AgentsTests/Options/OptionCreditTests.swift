import OptimistAgents
import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistModels
import OptimistTorch
import Testing

/// Credits with a discount, over episodes of different lengths and endings.
@Suite struct OptionCreditTests {
    private func episode(_ steps: Int, _ ending: Ending, _ identifier: Int) -> Episode {
        var episode = Episode(
            EpisodeLayout(observations: .discrete(3), actions: .discrete(2)),
            identifier: identifier, seed: 0, first: .floats([0]))
        for step in 0..<steps {
            episode.append(
                action: [Float(step % 2)],
                step: Step(
                    observation: .floats([Float((step + identifier + 1) % 3)]),
                    reward: Double(step) - 0.5, ending: step + 1 == steps ? ending : .none))
        }
        return episode
    }

    /// With one option the credit of an action is a generalized advantage of the softened reward.
    @Test(arguments: [0.9, 1]) func `one option has the advantages of any policy`(
        _ discount: Double
    ) throws {
        var settings = OptionTables.settings(options: 1)
        (settings.discount, settings.lambda, settings.rewardScale) = (discount, 0.8, 2)
        var generator = Generator(seed: 3)
        let learner = OptionLearner(
            settings, kind: .discrete(2), features: 3, using: &generator)
        learner.networks.critic.storage.assign(
            Tensor.normal(learner.networks.critic.storage.shape, using: &generator))
        let episodes = [episode(4, .truncated, 0), episode(2, .terminated, 1)]
        var batch = Batch(episodes)
        let features = batch.observations.to(.int64).oneHot(classes: 3)
        let trajectories = OptionTrajectories(
            features: features, actions: batch.actions,
            options: Array(repeating: 0, count: 8), rewards: batch.rewards.doubles(),
            lengths: [4, 2], isTerminated: [false, true])
        let evaluation = OptionEvaluation(trajectories, learner.networks, settings)
        let credits = OptionCredits(collapsed: evaluation)
        let costs = zip(evaluation.filter.logMarginals, evaluation.logPrior).map { $0 - $1 }
        batch.rewards =
            batch.rewards * 2 - Tensor(costs.map { Float($0) }, shape: [4, 2])
        // Without a discount the time limit ends the task.
        if discount == 1 {
            batch.continuation = Tensor([1, 1, 1, 0, 1, 1, 0, 1] as [Float], shape: [4, 2])
        }
        let values =
            learner.networks.critic.predict(features.flattened(from: 0, to: 1))
            .squeezed(axis: 0).select(axis: 1, 0).reshaped([5, 2]) * 2
        let expected = Returns.advantages(
            batch, values: values, discount: discount, lambda: 0.8)
        #expect(
            OptionTables.largestDifference(
                credits.emissions, (expected * 0.5).flattened().doubles()) < 1e-5)
        let targets = (expected + values.slice(axis: 0, 0..<4)) * batch.valid
        #expect(
            OptionTables.largestDifference(credits.targets, targets.flattened().doubles()) < 1e-5)
    }
}
