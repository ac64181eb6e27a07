import OptimistAgents
import OptimistCore
import OptimistEnvironments
import OptimistInference
import OptimistReports

extension Demonstration {
    /// What can be brought about from each place.
    static let empowerment = Demonstration(
        name: "empowerment",
        summary: "two rooms and a door: how much can be brought about from each place"
    ) { request in
        request.stages.begin("empowerment of 73 places over 1 to \(horizons.upperBound) steps")
        let maps = try horizons.map { try map(horizon: $0) }
        return Result(tables: [places(maps)], picture: picture(of: maps[maps.count - 1]))
    }

    private static let horizons = 1...3

    private static let rooms: GridWorld = {
        var configuration = GridWorld.Configuration()
        (configuration.rows, configuration.columns) = (9, 9)
        configuration.layout = .twoRooms
        return GridWorld(configuration)
    }()

    /// The empowerment of every place in nats.
    private static func map(horizon: Int) throws -> [Double] {
        try OpenLoopEmpowerment(TabularModel(rooms.model), horizon: horizon)
            .values(tolerance: 1e-6)
    }

    private static func places(_ maps: [[Double]]) -> DemonstrationTable {
        let places = [
            ("a corner", 0, 0), ("a wall's middle", 0, 2), ("the middle of a room", 4, 2),
            ("before the door", 4, 3), ("the door", 4, 4),
        ]
        return DemonstrationTable(
            key: "places",
            title: "Empowerment in nats: max I(a_1 … a_K; place after K steps), five actions",
            columns: [.words("place", "place")]
                + horizons.map { .numbers("steps\($0)", "K = \($0)") },
            rows: places.map { name, row, column in
                let state = rooms.number(ofRow: row, column: column)!
                return [.text(name)] + maps.map { .number($0[state]) }
            })
    }

    private static func picture(of map: [Double]) -> String {
        HeatMap(
            title: "Empowerment over \(horizons.upperBound) steps, in nats",
            caption: "The logarithm of how many places can be reached, where moves are certain: "
                + "least in corners, most in the open and before the door.",
            rows: (0..<9).map { row in
                (0..<9).map { column in
                    rooms.number(ofRow: row, column: column).map { map[$0] }
                }
            }
        ).svg
    }
}
