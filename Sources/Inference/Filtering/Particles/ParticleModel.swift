import OptimistCore

/// A state-space model that can be simulated and whose observations have a density: all that a
/// particle filter needs.
///
/// States are any value. A type without heap storage, such as `Double` or `SIMD2<Double>`, lets the
/// filter run without allocating in its inner loops.
public protocol ParticleModel {
    /// A state of the system.
    associatedtype State
    /// What a step emits.
    associatedtype Observation
    /// What moves the state from a step to the next one.
    associatedtype Action

    /// A draw from the law of the first state.
    func sampleInitial(_ generator: inout Generator) -> State

    /// A draw from the law of the next state.
    func sampleTransition(
        _ state: State, at context: StepContext<Action>, _ generator: inout Generator
    ) -> State

    /// log p(x | s) in nats, −∞ where the state cannot have emitted the observation.
    func logEmission(
        _ observation: Observation, state: State, at context: StepContext<Action>
    ) -> Double

    /// Moves every state; by default one `sampleTransition` each. A model may do shared work once.
    func advance(
        _ states: inout [State], at context: StepContext<Action>, _ generator: inout Generator)

    /// Adds each state's log p(x | s) to its log weight; by default one `logEmission` each.
    func addLogEmissions(
        _ observation: Observation, of states: [State], at context: StepContext<Action>,
        to logWeights: inout [Double])
}

extension ParticleModel {
    /// Moves every state by `sampleTransition`.
    @inlinable
    public func advance(
        _ states: inout [State], at context: StepContext<Action>, _ generator: inout Generator
    ) {
        for index in states.indices {
            states[index] = sampleTransition(states[index], at: context, &generator)
        }
    }

    /// Adds `logEmission` of every state to its weight.
    @inlinable
    public func addLogEmissions(
        _ observation: Observation, of states: [State], at context: StepContext<Action>,
        to logWeights: inout [Double]
    ) {
        for index in states.indices {
            logWeights[index] += logEmission(observation, state: states[index], at: context)
        }
    }
}

/// A particle model whose transition has a density, which backward simulation and guided proposals
/// need.
public protocol ParticleDensityModel: ParticleModel {
    /// log p(s′ | s) in nats.
    func logTransition(
        _ next: State, from state: State, at context: StepContext<Action>
    ) -> Double
}
