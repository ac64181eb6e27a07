import OptimistCore

/// Swim upstream to the far bank: a small reward lies behind, a large one ahead, and only those who
/// explore find it (Strehl and Littman 2008).
///
/// Six places in a row, from 0. Action 0 swims left with the current and always succeeds; at place 0
/// it pays 0.005. Action 1 swims right: from within it advances with probability 0.35, stays with
/// 0.6 and is carried back with 0.05; from place 0 it advances with 0.6, else stays; at place 5 it
/// pays 1 and stays with 0.6, else is carried back. Nothing terminates. The numbers are those of
/// Osband's TabulaRL; the best expected return of its 20 steps is 3.397264.
public struct RiverSwim: TabularTask {
    /// The task takes no arguments.
    public struct Configuration: OptimistCore.Configuration {
        /// The default arguments.
        public init() {}
    }

    /// The task's name.
    public let name = "river-swim"
    /// The number of the place.
    public let observationSpace = Space.discrete(6)
    /// Left or right.
    public let actionSpace = Space.discrete(2)
    /// Twenty steps.
    public let timeLimit: Int? = 20
    /// The process itself.
    public let model: TaskTable

    /// The task.
    public init(_ configuration: Configuration) {
        let last = 5
        model = TaskTable(start: [1, 0, 0, 0, 0, 0], actions: 2) { state, action in
            if action == 0 {
                return [.init(to: max(state - 1, 0), reward: state == 0 ? 0.005 : 0)]
            }
            switch state {
            case 0:
                return [.init(to: 0, probability: 0.4), .init(to: 1, probability: 0.6)]
            case last:
                return [
                    .init(to: last - 1, probability: 0.4, reward: 1),
                    .init(to: last, probability: 0.6, reward: 1),
                ]
            default:
                return [
                    .init(to: state - 1, probability: 0.05), .init(to: state, probability: 0.6),
                    .init(to: state + 1, probability: 0.35),
                ]
            }
        }
    }

    /// The places in a row, the rewarding banks green.
    public func draw(_ state: Int, width: Int, height: Int) -> Picture? {
        let grid = Grid(rows: 1, columns: 6)
        return grid.draw(width: width, height: height, agent: grid.cell(state)) { cell in
            cell.column == 0 || cell.column == 5 ? .green : .white
        }
    }
}
