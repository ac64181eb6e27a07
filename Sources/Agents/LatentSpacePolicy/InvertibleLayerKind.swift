import OptimistCore

/// What the maps of an `InvertibleLayer` are made of.
public enum InvertibleLayerKind: String, SettingValue, CaseIterable {
    /// Real NVP: one half of the numbers is moved by functions of the other half (Dinh et al. 2017).
    case coupling
    /// Each number is moved by functions of the latents before it (Kingma et al. 2016): a draw takes
    /// one evaluation, the density of a given action one for each of its numbers.
    case inverseAutoregressive = "inverse-autoregressive"
    /// Each number is moved by functions of the numbers that came out before it (Papamakarios et
    /// al. 2017): a draw takes one evaluation for each number, the density of a given action one.
    case maskedAutoregressive = "masked-autoregressive"
}
