import OptimistCore

/// What `algorithms show` says of an algorithm.
public struct Algorithm: Sendable {
    /// The name on the command line, such as `pets`.
    public let name: String
    /// The name in full.
    public let title: String
    /// What it is, in one sentence.
    public let summary: String
    /// Papers, with authors and year.
    public let papers: [String]
    /// The environment it is shown on, unless another is named.
    public let demonstration: Demonstration
    /// Named sets of settings; every algorithm has `debug`.
    public let presets: [Preset]
    /// Settings of a run that it asks for unless told otherwise, such as copies of the environment.
    public let runSettings: [Preset.Assignment]
    /// Modes of acting beyond the three.
    public let modes: [ActingMode]
    /// Modes that every evaluation of a run plays too, beside the deterministic one.
    public let comparedModes: [ActingMode]

    /// An algorithm with all its parts.
    public init(
        name: String, title: String, summary: String, papers: [String],
        demonstration: Demonstration, presets: [Preset],
        runSettings: KeyValuePairs<String, String> = [:], modes: [ActingMode] = [],
        comparedModes: [ActingMode] = []
    ) {
        self.name = name
        self.title = title
        self.summary = summary
        self.papers = papers
        self.demonstration = demonstration
        self.presets = presets
        self.runSettings = runSettings.map { Preset.Assignment(key: $0.key, value: $0.value) }
        self.modes = modes
        self.comparedModes = comparedModes
    }
}

/// The environment and steps that an algorithm is shown with.
public struct Demonstration: Sendable, Equatable {
    /// The environment's name.
    public let environment: String
    /// The environment's arguments, as on the command line.
    public let arguments: [String: String]
    /// Steps to train for.
    public let steps: Int

    /// A demonstration with its parts.
    public init(environment: String, arguments: [String: String] = [:], steps: Int) {
        self.environment = environment
        self.arguments = arguments
        self.steps = steps
    }
}

/// A named set of settings for an algorithm.
public struct Preset: Sendable, Equatable {
    /// The preset's name.
    public let name: String
    /// What it is for.
    public let summary: String
    /// The environments it is chosen for when no preset is named; `[]` for none.
    public let environments: [String]
    /// Settings by dotted key, as on the command line; those of the run begin with `run.`.
    public let settings: [Assignment]

    /// One setting of a preset.
    public struct Assignment: Sendable, Equatable {
        /// The dotted key.
        public let key: String
        /// The value as text.
        public let value: String
    }

    /// A preset with its parts.
    public init(
        name: String, summary: String, environments: [String] = [],
        settings: KeyValuePairs<String, String>
    ) {
        self.name = name
        self.summary = summary
        self.environments = environments
        self.settings = settings.map { Assignment(key: $0.key, value: $0.value) }
    }
}
