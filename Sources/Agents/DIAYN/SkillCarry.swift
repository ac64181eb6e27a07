import OptimistCore
import OptimistTorch

/// The skill that each environment's episode follows.
public struct SkillCarry: CarryState {
    /// One for each environment.
    public internal(set) var skills: [Int]

    /// Writes every row.
    public func save(to archive: Archive) throws { archive.store(skills, as: "skills") }

    /// Reads what `save` wrote into a carry for as many environments.
    public mutating func load(from archive: Archive) throws {
        let saved = try archive.value("skills", as: [Int].self)
        if saved.count != skills.count {
            throw AgentError.archive("\(saved.count) skills for \(skills.count) environments")
        }
        skills = saved
    }
}
