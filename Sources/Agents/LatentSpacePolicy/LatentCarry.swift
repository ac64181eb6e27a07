import OptimistCore
import OptimistTorch

/// The latents that each environment's episode keeps in the mode `fixed-latent`.
public struct LatentCarry: CarryState {
    /// One row for each environment.
    var latents: [[Float]]

    /// Writes every row.
    public func save(to archive: Archive) throws { archive.store(latents, as: "latents") }

    /// Reads what `save` wrote into a carry for as many environments.
    public mutating func load(from archive: Archive) throws {
        let saved = try archive.value("latents", as: [[Float]].self)
        if saved.map(\.count) != latents.map(\.count) {
            throw AgentError.archive(
                "latents of \(saved.count) environments, not of \(latents.count)")
        }
        latents = saved
    }
}

extension ActingMode {
    /// Latents of the uppermost layer are drawn once for an episode: what a region of them does.
    public static let fixedLatent = ActingMode("fixed-latent")
}
