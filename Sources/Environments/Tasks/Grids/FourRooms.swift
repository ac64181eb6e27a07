import OptimistCore

/// Find the goal cell in four rooms joined by doors (Sutton, Precup and Singh 1999; Bacon, Harb
/// and Precup 2017).
///
/// Thirteen by thirteen cells with walls around and between the rooms leave 104 free ones, numbered
/// row by row. Actions 0…3 are up, down, left, right; a move into a wall stays. A successful move
/// is followed, with probability 1/3, by a second one to a free neighbour of the new cell, drawn
/// uniformly. Arriving at the goal brings 1 and terminates; the start is uniform over the others.
public struct FourRooms: TabularTask {
    /// The task's arguments.
    public struct Configuration: OptimistCore.Configuration {
        /// The row and column of the goal.
        @Setting("The row and column of the goal, both from 0 with the walls.", 0...12)
        public var goal = [7, 9]
        /// The probability of the second move.
        @Setting("The probability that a successful move is followed by a random one.", 0.0...1)
        public var slip = 1.0 / 3
        /// The default arguments.
        public init() {}

        /// Refuses a goal in a wall.
        public func validate() throws {
            guard goal.count == 2, FourRooms.number(ofRow: goal[0], column: goal[1]) != nil else {
                throw ConfigurationError.inconsistent(
                    "the goal \(goal) is no free cell: give a row and a column inside a room or "
                        + "a door")
            }
        }
    }

    private static let plan = [
        "#############", "#     #     #", "#     #     #", "#           #", "#     #     #",
        "#     #     #", "## ####     #", "#     ### ###", "#     #     #", "#     #     #",
        "#           #", "#     #     #", "#############",
    ].flatMap(Array.init)
    private static let grid = Grid(rows: 13, columns: 13)
    /// The free cells in their order.
    private static let free = plan.indices.filter { plan[$0] == " " }

    /// The state's number of a free cell; nil for walls.
    public static func number(ofRow row: Int, column: Int) -> Int? {
        guard (0..<13).contains(row), (0..<13).contains(column) else { return nil }
        return free.firstIndex(of: grid.index(Grid.Cell(row: row, column: column)))
    }

    /// The row and column of a state.
    public static func place(of state: Int) -> (row: Int, column: Int) {
        let cell = grid.cell(free[state])
        return (cell.row, cell.column)
    }

    /// The task's name.
    public let name = "four-rooms"
    /// The number of the free cell.
    public let observationSpace: Space
    /// Up, down, left, right.
    public let actionSpace = Space.discrete(4)
    /// 1000 steps.
    public let timeLimit: Int? = 1000
    /// The process itself; the goal keeps to itself and terminates again.
    public let model: TaskTable
    private let goal: Int

    /// The task with these arguments, which must be valid.
    public init(_ configuration: Configuration) {
        do { try configuration.validate() } catch { fail("FourRooms", "\(error)") }
        let goal = FourRooms.number(
            ofRow: configuration.goal[0], column: configuration.goal[1])!
        let count = FourRooms.free.count
        let start = (0..<count).map { $0 == goal ? 0 : 1 / Double(count - 1) }
        let slip = configuration.slip
        model = TaskTable(start: start, actions: 4) { state, action in
            if state == goal { return [.init(to: goal, terminates: true)] }
            func arrive(_ next: Int, _ probability: Double) -> TaskTable.Transition {
                .init(
                    to: next, probability: probability, reward: next == goal ? 1 : 0,
                    terminates: next == goal)
            }
            guard let next = FourRooms.neighbour(state, FourRooms.moves[action]) else {
                return [arrive(state, 1)]
            }
            let around = FourRooms.moves.compactMap { FourRooms.neighbour(next, $0) }
            return [arrive(next, 1 - slip)]
                + around.map { arrive($0, slip / Double(around.count)) }
        }
        self.goal = goal
        observationSpace = .discrete(count)
    }

    private static let moves: [Grid.Move] = [.up, .down, .left, .right]

    /// The free cell beside a free cell; nil for a wall.
    private static func neighbour(_ state: Int, _ move: Grid.Move) -> Int? {
        free.firstIndex(of: grid.index(grid.move(grid.cell(free[state]), move)))
    }

    /// The rooms, with the goal green.
    public func draw(_ state: Int, width: Int, height: Int) -> Picture? {
        let grid = FourRooms.grid
        let goal = FourRooms.free[goal]
        let agent = grid.cell(FourRooms.free[state])
        return grid.draw(width: width, height: height, agent: agent) { cell in
            let index = grid.index(cell)
            return FourRooms.plan[index] == "#" ? .gray : index == goal ? .green : .white
        }
    }
}
