import OptimistCore
import OptimistModels

/// Settings of agents that learn as `A2C` does, and more beside.
package protocol ActorCriticSettings: AgentSettings {
    /// Steps of each environment between updates.
    var steps: Int { get }
    /// The weight of the value's loss beside the policy's.
    var valueWeight: Double { get }
    /// What rewards are summed into.
    var returns: ReturnSettings { get }
    /// What actions cost.
    var consistency: ConsistencySettings { get }
    /// How the networks are trained.
    var descent: DescentSettings { get }
    /// The networks.
    var networks: PolicySettings { get }
}

extension ActorCriticSettings {
    /// What the actor-critic underneath is made with.
    package var actorCritic: A2CSettings {
        var settings = A2CSettings()
        settings.steps = steps
        settings.valueWeight = valueWeight
        settings.returns = returns
        settings.consistency = consistency
        settings.descent = descent
        settings.networks = networks
        return settings
    }

    /// The loss of policy and value.
    var loss: PolicyLoss {
        PolicyLoss(.logDensity, consistency, descent, valueWeight: valueWeight)
    }
}
