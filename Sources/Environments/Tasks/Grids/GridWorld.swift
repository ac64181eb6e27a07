import OptimistCore

/// What stands between the cells of a grid world.
public enum GridLayout: String, SettingValue, CaseIterable {
    /// Nothing.
    case open
    /// A wall down the middle column, with a door in the middle row.
    case twoRooms = "two-rooms"
}

/// Walk about a grid: what an agent can bring about there is known exactly.
///
/// Free cells are numbered row by row. Actions 0…3 are up, down, left, right, and 4 stays where that
/// is allowed; a move into a wall or over the edge stays too. Without a goal nothing is paid.
public struct GridWorld: TabularTask {
    /// The task's arguments.
    public struct Configuration: OptimistCore.Configuration {
        /// Rows of cells.
        @Setting("Rows of cells.", 1...64) public var rows = 5
        /// Columns of cells.
        @Setting("Columns of cells.", 1...64) public var columns = 5
        /// What parts the grid.
        @Setting("Whether a wall with a door in its middle parts the grid in two rooms.")
        public var layout = GridLayout.open
        /// Further walls, as rows and columns in turn.
        @Setting(
            "Row and column of each further cell that is a wall, one after the other.", 0...63)
        public var walls: [Int] = []
        /// Whether there is a fifth action.
        @Setting("Whether a fifth action stays.") public var stays = true
        /// The probability of a random action.
        @Setting(
            "The probability that an action drawn uniformly takes the place of the chosen one.",
            0.0...1)
        public var slip = 0.0
        /// The row and column of the start; empty for any.
        @Setting("Row and column of the start; empty for any free cell but the goal.", 0...63)
        public var start: [Int] = []
        /// The row and column of the goal; empty for none.
        @Setting(
            "Row and column of a cell that pays 1 and ends the episode; empty for none.", 0...63)
        public var goal: [Int] = []
        /// The default arguments.
        public init() {}

        /// Refuses a start or a goal that is no free cell, and walls without a column.
        public func validate() throws {
            if walls.count % 2 != 0 {
                throw ConfigurationError.inconsistent(
                    "the walls \(walls) are \(walls.count) numbers: give a row and a column each")
            }
            let free = GridWorld.freeCells(self)
            for (name, cell) in [("start", start), ("goal", goal)] where !cell.isEmpty {
                guard cell.count == 2, cell[1] < columns,
                    free.contains(cell[0] * columns + cell[1])
                else {
                    throw ConfigurationError.inconsistent(
                        "the \(name) \(cell) is no free cell: give a row and a column inside the "
                            + "grid that are no wall")
                }
            }
            if free.count < (goal.isEmpty ? 1 : 2) || (start == goal && !goal.isEmpty) {
                throw ConfigurationError.inconsistent(
                    "there is no cell to start from: take walls away, or move the goal")
            }
        }
    }

    /// The task's name.
    public let name = "grid-world"
    /// The number of the free cell.
    public let observationSpace: Space
    /// Up, down, left, right, perhaps stay.
    public let actionSpace: Space
    /// Fifty steps.
    public let timeLimit: Int? = 50
    /// The process itself.
    public let model: TaskTable
    private let grid: Grid
    private let free: [Int]
    private let goal: Int?

    /// The task with these arguments, which must be valid.
    public init(_ configuration: Configuration) {
        do { try configuration.validate() } catch { fail("GridWorld", "\(error)") }
        let grid = Grid(rows: configuration.rows, columns: configuration.columns)
        let free = GridWorld.freeCells(configuration)
        var numbers = Array(repeating: -1, count: grid.count)
        for (number, index) in free.enumerated() { numbers[index] = number }
        func number(_ cell: [Int]) -> Int? {
            cell.isEmpty ? nil : numbers[cell[0] * configuration.columns + cell[1]]
        }
        let (first, goal) = (number(configuration.start), number(configuration.goal))
        let starts = free.indices.filter { first == nil ? $0 != goal : $0 == first }
        let share = 1 / Double(starts.count)
        let actions = configuration.stays ? 5 : 4
        let moves: [Grid.Move] = [.up, .down, .left, .right]
        func successor(_ state: Int, _ action: Int) -> Int {
            if action == 4 { return state }
            let next = numbers[grid.index(grid.move(grid.cell(free[state]), moves[action]))]
            return next < 0 ? state : next
        }
        let slip = configuration.slip
        model = TaskTable(
            start: free.indices.map { starts.contains($0) ? share : 0 }, actions: actions
        ) { state, action in
            (0..<actions).map { taken in
                let next = successor(state, taken)
                return .init(
                    to: next,
                    probability: slip / Double(actions) + (taken == action ? 1 - slip : 0),
                    reward: next == goal ? 1 : 0, terminates: next == goal)
            }
        }
        (self.grid, self.free, self.goal) = (grid, free, goal)
        observationSpace = .discrete(free.count)
        actionSpace = .discrete(actions)
    }

    /// The row and column of a state.
    public func place(of state: Int) -> (row: Int, column: Int) {
        let cell = grid.cell(free[state])
        return (cell.row, cell.column)
    }

    /// The state of a free cell; nil for walls and what lies outside.
    public func number(ofRow row: Int, column: Int) -> Int? {
        guard (0..<grid.rows).contains(row), (0..<grid.columns).contains(column) else { return nil }
        return free.firstIndex(of: row * grid.columns + column)
    }

    private static func freeCells(_ configuration: Configuration) -> [Int] {
        let (rows, columns) = (configuration.rows, configuration.columns)
        var isFree = Array(repeating: true, count: rows * columns)
        if configuration.layout == .twoRooms {
            for row in 0..<rows where row != rows / 2 {
                isFree[row * columns + columns / 2] = false
            }
        }
        for index in stride(from: 0, to: configuration.walls.count - 1, by: 2) {
            let (row, column) = (configuration.walls[index], configuration.walls[index + 1])
            if row < rows && column < columns { isFree[row * columns + column] = false }
        }
        return isFree.indices.filter { isFree[$0] }
    }

    /// The grid, walls gray and the goal green.
    public func draw(_ state: Int, width: Int, height: Int) -> Picture? {
        grid.draw(width: width, height: height, agent: grid.cell(free[state])) { cell in
            guard let number = number(ofRow: cell.row, column: cell.column) else { return .gray }
            return number == goal ? .green : .white
        }
    }
}
