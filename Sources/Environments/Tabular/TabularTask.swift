import OptimistCore

/// A task whose states and actions are few enough for tables; the tables are the task.
public protocol TabularTask: ConfiguredTask where State == Int {
    /// The process itself.
    var model: TaskTable { get }
}

extension TabularTask {
    /// A state drawn from the model's start.
    public func start(using generator: inout Generator) -> Int {
        model.drawStart(using: &generator)
    }

    /// Draws what follows the state and the action.
    public func advance(
        _ state: inout Int, action: UnsafePointer<Float>, using generator: inout Generator
    ) -> (reward: Double, terminated: Bool) {
        let transition = model.drawTransition(state, Int(action[0]), using: &generator)
        state = model.successors[transition]
        return (model.rewards[transition], model.terminates[transition])
    }

    /// Writes the number of the state.
    public func observe(_ state: Int, into row: UnsafeMutablePointer<Float>) {
        row[0] = Float(state)
    }
}
