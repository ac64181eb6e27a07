import OptimistCore
import OptimistModels
import OptimistPlanning

/// The settings of `PETS`.
public struct PETSSettings: AgentSettings {
    /// Steps of random actions before the first fit.
    @Setting("Steps of random actions before the first fit.", 1...10_000_000)
    public var warmUpSteps = 200
    /// Steps between fits, at least.
    @Setting("Steps between fits, at least.", 1...10_000_000)
    public var refitEvery = 250
    /// Whether a fit waits for the end of an episode.
    @Setting("Whether a fit waits for the end of an episode.")
    public var refitsAtEpisodeEnd = true
    /// Whether known reward and termination functions replace learned heads.
    @Setting("Whether known reward and termination functions replace learned heads.")
    public var usesKnownFunctions = true
    /// How uncertainty travels through the ensemble.
    @Setting("How uncertainty travels through the ensemble.")
    public var propagation = Propagation.trajectory
    /// Imagined trajectories of each candidate, a multiple of the members.
    @Setting("Imagined trajectories of each candidate, a multiple of the members.", 1...10_000)
    public var particles = 20
    /// Whether all candidates of a search meet the same noise.
    @Setting("Whether all candidates of a search meet the same noise.")
    public var sharesNoise = false
    /// Whether predicted rewards are limited to the range of those that were seen.
    @Setting("Whether predicted rewards are limited to the range of those that were seen.")
    public var limitsReward = false
    /// The ensemble.
    public var dynamics = DynamicsSettings()
    /// The planner.
    public var planner = PlannerSettings()

    /// The settings of the paper on the half-cheetah.
    public init() {}

    /// Parts must go together.
    public func validate() throws {
        let members = dynamics.elites ?? dynamics.members
        if propagation == .expectation, particles != 1 {
            throw ConfigurationError.inconsistent(
                "propagation e follows one particle: set particles to 1")
        }
        if [.everyStep, .trajectory, .moments].contains(propagation), particles % members != 0 {
            throw ConfigurationError.inconsistent(
                "\(particles) particles cannot be shared equally among \(members) members: choose "
                    + "a multiple of \(members)")
        }
    }
}
