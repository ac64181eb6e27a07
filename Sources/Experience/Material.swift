/// What the diet asked for.
public enum Material {
    /// The replay, from which the agent draws as many batches as its diet says.
    case replay(Replay)
    /// The last steps of every environment: `[steps, env]`.
    case rollouts(Batch)
    /// Episodes that have ended.
    case episodes([Episode])
    /// Everything there is; epochs, bootstraps and holdout are the agent's.
    case all(Replay)
}
