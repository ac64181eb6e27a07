import OptimistAgents
import OptimistCore
import OptimistEnvironments
import OptimistInference
import OptimistLinearAlgebra
import OptimistModels
import OptimistTorch
import Testing

@Suite struct PolicyFisherTests {
    private func draw(_ count: Int, _ generator: inout Generator) -> [Double] {
        (0..<count).map { _ in generator.normal() }
    }

    // The sum over states and actions of π times the outer product of scores, for a table of logits
    // and a bias that all states share.
    @Test func `products are those of the matrix of scores`() throws {
        let life = TableLife(try TableTask.threeStates(), horizon: 3, showsStep: false)
        var generator = Generator(seed: 1)
        let networks = try ActorCritic(
            TableLife.networks, world: life.world, algorithm: "test", using: &generator)
        TableLife.set(TableTask.logits, networks)
        let visits = [0.9, 0.7, 0.4]
        let policy = life.policy(networks, try SoftDynamicProgramming(life.task.model))[0]
        let table = SoftmaxFisher(life.task.model.pairs, policy: policy, visits: visits).matrix
        let fisher = PolicyFisher(
            networks, features: Tensor.identity(3).to(.float32), weights: Tensor(visits))
        for _ in 0..<10 {
            // Six weights, then two biases, which add to the logits of all states.
            let vector = draw(8, &generator)
            let logits = (0..<6).map { vector[$0] + vector[6 + $0 % 2] }
            let byLogits = (0..<6).map { row in
                (0..<6).reduce(0.0) { $0 + table[row, $1] * logits[$1] }
            }
            let biases = (0..<2).map { action in
                (0..<3).reduce(0.0) { $0 + byLogits[2 * $1 + action] }
            }
            #expect(
                largestDifference(fisher.product(vector), byLogits + biases) < 1e-6)
        }
    }

    // The divergence from the policy itself is least there, and its second derivative the information.
    @Test(arguments: [("cartpole", 0), ("pendulum", 0), ("pendulum", 5), ("cartpole", 5)])
    func `products are the curvature of the divergence`(name: String, memory: Int) throws {
        var generator = Generator(seed: 2)
        let world = World(
            AgentUnits(try EnvironmentRegistry.standard.makeVector(name: name, count: 1)))
        var settings = PolicySettings()
        settings.units = [8, 8]
        settings.initialDeviation = 0.7
        settings.memory = memory
        let networks = try ActorCritic(
            settings, world: world, algorithm: "test", using: &generator)
        // Away from the start, where the law hardly depends on the state.
        for parameter in networks.policy.network.parameters {
            let noise = Tensor.normal(parameter.tensor.shape, using: &generator) * 0.5
            parameter.tensor.detached().accumulate(noise)
        }
        let features = Self.features(networks, &generator)
        let parameters = networks.policyParameters.map(\.tensor)
        let old = withoutGradient { networks.policy(features()) }
        let divergence = old.divergence(to: networks.policy(features())).mean()
        let slope = gradients(
            of: divergence, withRespectTo: parameters, createGraph: true)
        let fisher = PolicyFisher(networks, features: features())
        for _ in 0..<3 {
            let parts = parameters.map { Tensor.normal($0.shape, using: &generator) }
            let along = zip(slope, parts).map { ($0 * $1).sum() }
            let curved = gradients(
                of: along.dropFirst().reduce(along[0], +), withRespectTo: parameters,
                keepingGraph: true, allowUnused: true)
            let vector = parts.flatMap { $0.doubles() }
            let (found, expected) = (fisher.product(vector), curved.flatMap { $0.doubles() })
            let size = expected.reduce(0) { max($0, abs($1)) }
            #expect(size > 1e-3)
            #expect(largestDifference(found, expected) < 2e-5 * size)
        }
    }

    /// Drawn observations, or what a memory makes of them over eight steps.
    private static func features(
        _ networks: ActorCritic, _ generator: inout Generator
    ) -> () -> Tensor {
        let width = networks.encoder.width
        let observations = Tensor.normal([8, 5, width], using: &generator)
        guard let memory = networks.memory else {
            return { observations.flattened(from: 0, to: 1) }
        }
        let codes = Tensor.normal([8, 5, memory.code], using: &generator)
        let rewards = Tensor.normal([8, 5], using: &generator)
        return {
            memory.unrolled(
                from: .zeros([5, memory.hidden]), observations: observations, codes: codes,
                rewards: rewards
            ).flattened(from: 0, to: 1)
        }
    }
}
