import OptimistCore
import OptimistExperience
import OptimistModels
import OptimistTorch

/// What a generative agent stores beside each action.
package enum PlanColumn {
    /// The column's name in episodes.
    package static let name = "plan"

    /// How an action came about.
    package enum Origin: Float {
        case random = 0
        case planned = 1
        case habit = 2
    }

    /// A row: the origin, the number of the episode, the plan.
    package static func row(_ origin: Origin, episode: Int, plan: ArraySlice<Float>) -> [Float] {
        [origin.rawValue, Float(episode)] + plan
    }
}

/// A batch of replayed sequences in the numbers of the networks.
package struct GenerativeBatch {
    package let arrivals: LatentArrivals
    /// 1 where a column starts its episode, `[batch]`.
    let startsEpisode: Tensor
    /// 1 for steps that happened, `[time, batch]`.
    package var steps: Tensor
    /// Raw rewards on arrival, `[time + 1, batch]`.
    let rewards: Tensor
    /// Where actions came from, `[time, batch]`.
    let origin: Tensor
    /// Numbers of episodes, `[time, batch]`.
    let episode: Tensor
    /// Stored plans, `[time, batch, plan]`.
    package let plans: Tensor

    package init<H: Habit>(
        _ batch: Batch, networks: GenerativeNetworks<H>, scales: ArrivalScales
    ) {
        let (view, habit) = (batch.onArrival, networks.habit)
        let first = Tensor.zeros([1, batch.width])
        let observations = networks.observationCode.encoded(
            view.observations, batch: [batch.time + 1, batch.width], scales)
        arrivals = LatentArrivals(
            observations: observations, rewards: scales.standardize(view.rewards),
            isFirst: view.isFirst,
            ended: Tensor.concatenated([first, (1 - batch.continuation) * batch.valid]),
            actions: Self.coded(view.actions, habit, view.isFirst),
            past: networks.model.flow?.past(of: observations))
        startsEpisode = batch.beginning.isFirst
        steps = batch.valid
        rewards = view.rewards
        guard let column = batch.columns[PlanColumn.name] else {
            fail("GenerativeBatch", "the replay has no column '\(PlanColumn.name)'")
        }
        let width = column.shape[2]
        origin = column.select(axis: 2, 0)
        episode = column.select(axis: 2, 1)
        plans = column.slice(axis: 2, 2..<width)
    }

    /// Actions as the networks take them; zeros before an episode's start.
    private static func coded<H: Habit>(
        _ actions: Tensor, _ habit: H, _ isFirst: Tensor
    ) -> Tensor {
        let codes = habit.code(ofStored: actions).to(.float32)
        return codes * (1 - isFirst.unsqueezed(axis: -1))
    }

    /// 1 where an action was chosen by plan or habit, `[time, batch]`.
    var chosen: Tensor { (origin .> 0).to(.float32) * steps }

    /// 1 where an action was planned in one of the newest episodes, `[time, batch]`.
    func planned(since episode: Int) -> Tensor {
        let isPlanned = origin .== Double(PlanColumn.Origin.planned.rawValue)
        return (isPlanned .& (self.episode .>= Double(episode))).to(.float32) * steps
    }
}
