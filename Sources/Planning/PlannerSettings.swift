import OptimistCore

/// Settings of a planner: which one, and how it searches.
public struct PlannerSettings: Configuration {
    /// The planners there are.
    public enum Kind: String, SettingValue, CaseIterable {
        /// The best of uniform draws.
        case randomShooting = "random-shooting"
        /// The cross-entropy method with truncated draws, as PETS.
        case cem
        /// The cross-entropy method with clipped draws.
        case clippedCEM = "clipped-cem"
        /// The improved cross-entropy method: coloured noise, kept elites.
        case icem
        /// Model-predictive path integral control.
        case mppi
        /// Path integral control over elites, as TD-MPC2.
        case eliteMPPI = "elite-mppi"
    }

    /// Which planner.
    @Setting("Which planner.")
    public var kind = Kind.cem
    /// Actions looked ahead.
    @Setting("Actions looked ahead.", 1...10_000)
    public var horizon = 30
    /// Sequences drawn in an iteration.
    @Setting("Sequences drawn in an iteration.", 1...1_000_000)
    public var candidates = 500
    /// Best sequences, which a cross-entropy method is fitted to and elite-mppi weighs.
    @Setting(
        "Best sequences, which a cross-entropy method is fitted to and elite-mppi weighs.",
        1...1_000_000)
    public var elites = 50
    /// Iterations of a cross-entropy method, passes of a path integral.
    @Setting("Iterations of a cross-entropy method, passes of a path integral.", 1...1_000)
    public var iterations = 5
    /// Weight of a cross-entropy method's old moments.
    @Setting("Weight of a cross-entropy method's old moments.", 0.0...0.999)
    public var smoothing = 0.1
    /// The deviation that a search starts with, in the agent's units; none for the planner's own.
    @Setting("The deviation that a search starts with; none for the planner's own.", 0.0...1e6)
    public var initialDeviation: Double? = nil
    /// The deviation never falls below this.
    @Setting("The deviation never falls below this.", 0.0...1e6)
    public var deviationFloor = 0.0
    /// The exponent of coloured noise over time.
    @Setting("The exponent of the coloured noise of icem, 0 for white.", 0.0...10)
    public var noiseExponent = 2.0
    /// The factor by which the populations of icem shrink.
    @Setting("The factor by which the populations of icem shrink.", 1.0...100)
    public var decay = 1.25
    /// The share of elites that icem keeps.
    @Setting("The share of elites that icem keeps.", 0.0...1)
    public var keptElites = 0.3
    /// The temperature of a path integral, in reward.
    @Setting("The temperature of a path integral, in reward.", 1e-9...1e9)
    public var temperature = 1.0
    /// Whether a path integral weighs draws against the prior around 0.
    @Setting("Whether a path integral weighs draws against the prior around 0.")
    public var usesPriorRatio = true
    /// The share of draws that should count; a path integral then searches its temperature.
    @Setting("The share of draws that should count, searched for by the temperature.", 1e-6...1)
    public var targetEffectiveShare: Double? = nil

    /// Whether elite-mppi acts on an elite drawn by its weight, rather than on the mean.
    @Setting("Whether elite-mppi acts on an elite drawn by its weight, rather than on the mean.")
    public var drawsElite = false

    /// The settings of PETS on the half-cheetah.
    public init() {}

    /// Elites are among the candidates.
    public func validate() throws {
        guard kind == .randomShooting || kind == .mppi || elites <= candidates else {
            throw ConfigurationError.inconsistent(
                "\(elites) elites of \(candidates) candidates: choose fewer elites")
        }
        let largest = initialDeviation ?? 1
        if kind == .eliteMPPI, largest == 0 || deviationFloor > largest {
            throw ConfigurationError.inconsistent(
                "elite-mppi starts with the deviation \(largest), which must be above 0 and not "
                    + "below deviationFloor, \(deviationFloor)")
        }
    }

    /// The planner that these settings describe.
    public func make() -> any Planner {
        switch kind {
        case .randomShooting: RandomShooting(candidates: candidates)
        case .cem: crossEntropy(.pets)
        case .clippedCEM: crossEntropy(.clipped)
        case .icem: crossEntropy(.icem)
        case .mppi: pathIntegral
        case .eliteMPPI: elitePathIntegral
        }
    }

    private func crossEntropy(_ variant: CrossEntropyMethod.Variant) -> CrossEntropyMethod {
        var method = CrossEntropyMethod(variant)
        method.candidates = candidates
        method.elites = elites
        method.iterations = iterations
        method.smoothing = smoothing
        method.initialDeviation = initialDeviation ?? (variant == .icem ? 0.5 : nil)
        method.deviationFloor = deviationFloor
        method.noiseExponent = noiseExponent
        method.decay = decay
        method.keptElites = keptElites
        // A learned model is exploited by its best sequence; the mean is safer.
        method.choice = .mean
        return method
    }

    private var pathIntegral: PathIntegral {
        var planner = PathIntegral()
        planner.candidates = candidates
        planner.iterations = iterations
        planner.deviation = initialDeviation ?? 1
        planner.temperature = temperature
        planner.usesPriorRatio = usesPriorRatio
        planner.targetEffectiveShare = targetEffectiveShare
        return planner
    }

    private var elitePathIntegral: ElitePathIntegral {
        var planner = ElitePathIntegral()
        planner.candidates = candidates
        planner.elites = elites
        planner.iterations = iterations
        // A deviation of 0 would never grow again; TD-MPC2 keeps it above 0.05.
        let largest = initialDeviation ?? 1
        planner.deviations = (deviationFloor > 0 ? deviationFloor : min(0.05, largest))...largest
        planner.temperature = temperature
        planner.drawsElite = drawsElite
        return planner
    }
}
