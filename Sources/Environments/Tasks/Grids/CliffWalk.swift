import OptimistCore

/// Walk along a cliff from one corner to the other: Gymnasium's CliffWalking-v1 (Sutton and Barto,
/// example 6.6).
///
/// Four rows and twelve columns; the start is the lower left cell, the goal the lower right one,
/// the cliff lies between them. Actions 0…3 are up, right, down, left. Every step costs 1, a step
/// off the cliff costs 100 and leads back to the start; the goal terminates. Slippery ground takes
/// the intended direction and the two beside it with probability 1/3 each. States are numbered row
/// by row.
public struct CliffWalk: TabularTask {
    /// The task's arguments.
    public struct Configuration: OptimistCore.Configuration {
        /// Whether the ground is slippery.
        @Setting("Whether the ground is slippery.") public var isSlippery = false
        /// The default arguments.
        public init() {}
    }

    /// The task's name.
    public let name = "cliff"
    /// The number of the cell.
    public let observationSpace = Space.discrete(48)
    /// Up, right, down, left.
    public let actionSpace = Space.discrete(4)
    /// 200 steps; Gymnasium sets no limit.
    public let timeLimit: Int? = 200
    /// The process itself.
    public let model: TaskTable
    private static let grid = Grid(rows: 4, columns: 12)

    /// The task with these arguments.
    public init(_ configuration: Configuration) {
        let moves: [Grid.Move] = [.up, .right, .down, .left]
        let grid = CliffWalk.grid
        let (start, goal) = (36, 47)
        model = TaskTable(start: (0..<48).map { $0 == start ? 1 : 0 }, actions: 4) {
            state, action in
            let turns = configuration.isSlippery ? [3, 0, 1] : [0]
            return turns.map { turn in
                let next = grid.index(grid.move(grid.cell(state), moves[(action + turn) % 4]))
                let probability = 1 / Double(turns.count)
                if CliffWalk.isCliff(next) {
                    return .init(to: start, probability: probability, reward: -100)
                }
                return .init(
                    to: next, probability: probability, reward: -1, terminates: next == goal)
            }
        }
    }

    private static func isCliff(_ state: Int) -> Bool { (37...46).contains(state) }

    /// The ground, with the cliff red and the goal green.
    public func draw(_ state: Int, width: Int, height: Int) -> Picture? {
        let grid = CliffWalk.grid
        return grid.draw(width: width, height: height, agent: grid.cell(state)) { cell in
            let index = grid.index(cell)
            return CliffWalk.isCliff(index) ? .red : index == 47 ? .green : .white
        }
    }
}
