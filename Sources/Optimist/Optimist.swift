// The umbrella: `import Optimist` brings every room along, for short programs.
@_exported import OptimistAgents
@_exported import OptimistCore
@_exported import OptimistEnvironments
@_exported import OptimistExperience
@_exported import OptimistExperiments
@_exported import OptimistInference
@_exported import OptimistLinearAlgebra
@_exported import OptimistModels
@_exported import OptimistPlanning
@_exported import OptimistProbability
@_exported import OptimistReports
@_exported import OptimistTorch
