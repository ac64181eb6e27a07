import OptimistCore

/// Cross slippery ice from S to G without falling into a hole: Gymnasium's FrozenLake-v1.
///
/// Actions 0…3 are left, down, right, up. On slippery ice the intended direction is taken with
/// probability 1/3 and each of the two beside it with 1/3. Reaching the goal brings 1; goal and
/// holes terminate. States are numbered row by row.
public struct FrozenLake: TabularTask {
    /// The maps.
    public enum Map: String, SettingValue, CaseIterable {
        /// Sixteen cells, 100 steps.
        case small = "4x4"
        /// Sixty-four cells, 200 steps.
        case large = "8x8"

        /// S start, F ice, H hole, G goal.
        var rows: [String] {
            switch self {
            case .small: ["SFFF", "FHFH", "FFFH", "HFFG"]
            case .large:
                [
                    "SFFFFFFF", "FFFFFFFF", "FFFHFFFF", "FFFFFHFF",
                    "FFFHFFFF", "FHHFFFHF", "FHFFHFHF", "FFFHFFFG",
                ]
            }
        }
    }

    /// The task's arguments.
    public struct Configuration: OptimistCore.Configuration {
        /// Which lake.
        @Setting("Which lake.") public var mapName = Map.small
        /// Whether the ice is slippery.
        @Setting("Whether the ice is slippery.") public var isSlippery = true
        /// The default arguments.
        public init() {}
    }

    /// The task's name.
    public let name = "frozen-lake"
    /// The number of the cell.
    public let observationSpace: Space
    /// Left, down, right, up.
    public let actionSpace = Space.discrete(4)
    /// 100 steps on the small map, 200 on the large one.
    public let timeLimit: Int?
    /// The process itself; goal and holes keep to themselves and terminate again.
    public let model: TaskTable
    private let grid: Grid
    private let letters: [Character]

    /// The task with these arguments.
    public init(_ configuration: Configuration) {
        let rows = configuration.mapName.rows
        let grid = Grid(rows: rows.count, columns: rows[0].count)
        let letters = rows.flatMap(Array.init)
        let moves: [Grid.Move] = [.left, .down, .right, .up]
        model = TaskTable(start: letters.map { $0 == "S" ? 1 : 0 }, actions: 4) {
            state, action in
            if "GH".contains(letters[state]) {
                return [.init(to: state, terminates: true)]
            }
            let turns = configuration.isSlippery ? [3, 0, 1] : [0]
            return turns.map { turn in
                let move = moves[(action + turn) % 4]
                let next = grid.index(grid.move(grid.cell(state), move))
                return .init(
                    to: next, probability: 1 / Double(turns.count),
                    reward: letters[next] == "G" ? 1 : 0, terminates: "GH".contains(letters[next]))
            }
        }
        self.grid = grid
        self.letters = letters
        observationSpace = .discrete(grid.count)
        timeLimit = configuration.mapName == .small ? 100 : 200
    }

    /// The lake, with holes red and the goal green.
    public func draw(_ state: Int, width: Int, height: Int) -> Picture? {
        grid.draw(width: width, height: height, agent: grid.cell(state)) { cell in
            switch letters[grid.index(cell)] {
            case "H": .red
            case "G": .green
            default: .white
            }
        }
    }
}
