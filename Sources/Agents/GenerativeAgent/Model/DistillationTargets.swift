import OptimistCore

/// What of a plan the habit of continuous actions learns from.
public enum DistillationTargets: String, SettingValue, CaseIterable {
    /// First actions of the plan's particles, resampled by weight: −E_q[log p(a | h, z)].
    case particles
    /// The Gaussian of the first action: KL(q(a) ‖ p(a | h, z)) in closed form.
    case gaussian
}
