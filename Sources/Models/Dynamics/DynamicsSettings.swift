import OptimistCore

/// Settings of a learned ensemble of dynamics models.
public struct DynamicsSettings: Configuration {
    /// How members see the data.
    public enum Bootstrap: String, SettingValue, CaseIterable {
        /// Each member draws its own rows with replacement, anew at each fit.
        case redrawn
        /// All members see every row.
        case none
    }

    /// Networks in the ensemble.
    @Setting("Networks in the ensemble.", 1...256)
    public var members = 5
    /// Members that predictions use, those with the least holdout error; none for all.
    @Setting("Members used for predictions, by least holdout error; none for all.", 1...256)
    public var elites: Int? = nil
    /// Widths of the hidden layers.
    @Setting("Widths of the hidden layers.", 1...8192)
    public var hidden = [200, 200, 200, 200]
    /// Whether networks predict a variance, or means alone.
    @Setting("Whether networks predict a variance, or means alone.")
    public var probabilistic = true
    /// The step size of Adam.
    @Setting("The step size of Adam.", 1e-8...1)
    public var learningRate = 1e-3
    /// The factor that the step size falls to, evenly, over the passes of each fit; 1 for none.
    @Setting(
        "The factor that the step size falls to, evenly, over the passes of each fit; 1 for none.",
        1e-6...1)
    public var learningRateDecay = 1.0
    /// Weight decay of each layer; one number serves for all.
    @Setting("Weight decay of each layer; one number serves for all.", 0.0...1)
    public var weightDecay = [2.5e-5, 5e-5, 7.5e-5, 7.5e-5, 1e-4]
    /// Rows in a minibatch of each member.
    @Setting("Rows in a minibatch of each member.", 1...65_536)
    public var batchSize = 32
    /// Passes over the data at each fit, at most.
    @Setting("Passes over the data at each fit, at most.", 1...100_000)
    public var epochs = 5
    /// The share of rows held out to stop early and to choose elites.
    @Setting(
        "The share of rows held out, at most 5,000, to stop early and to choose elites.", 0.0...0.9)
    public var holdout = 0.0
    /// Passes without any member improving after which a fit stops, where rows are held out.
    @Setting("Passes without any member improving after which a fit stops.", 1...1_000)
    public var patience = 5
    /// How members see the data.
    @Setting("How members see the data.")
    public var bootstrap = Bootstrap.redrawn
    /// The weight that keeps the bounds of the log-variance together.
    @Setting("The weight that keeps the bounds of the log-variance together.", 0.0...100)
    public var boundWeight = 0.01

    /// The settings of PETS on the half-cheetah.
    public init() {}

    /// Layers must match the decays.
    public func validate() throws {
        if weightDecay.count != 1, weightDecay.count != hidden.count + 1 {
            throw ConfigurationError.inconsistent(
                "weightDecay has \(weightDecay.count) numbers; give one, or one for each of the "
                    + "\(hidden.count + 1) layers")
        }
        if let elites, elites > members {
            throw ConfigurationError.inconsistent("\(elites) elites of \(members) members")
        }
        if elites != nil, holdout == 0 {
            throw ConfigurationError.inconsistent(
                "elites are chosen by holdout: set holdout above 0")
        }
    }
}
