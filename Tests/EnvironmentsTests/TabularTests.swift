import OptimistCore
import OptimistEnvironments
import Testing

@Suite struct TabularTests {
    @Test(arguments: ["frozen-lake", "cliff", "four-rooms", "lottery", "river-swim", "grid-world"])
    func `steps follow the table`(name: String) throws {
        func check<T: TabularTask>(_ task: T) {
            let model = task.model
            #expect(model.start.count == task.observationSpace.encodedWidth)
            #expect(model.offsets.count == model.states * model.actions + 1)
            var generator = Generator(seed: 1)
            let count = 30_000
            for (state, action) in [(0, 0), (0, 1), (model.states - 2, 1)] {
                var seen = [Int](repeating: 0, count: model.states)
                for _ in 0..<count {
                    var next = state
                    let (reward, ended) = task.advance(
                        &next, action: [Float(action)], using: &generator)
                    seen[next] += 1
                    #expect(
                        model.transitions(state, action).contains {
                            $0.successor == next && $0.reward == reward && $0.terminates == ended
                        })
                }
                for next in 0..<model.states {
                    let expected = model.transitions(state, action)
                        .reduce(0) { $0 + ($1.successor == next ? $1.probability : 0) }
                    let error = (expected * (1 - expected) / Double(count)).squareRoot()
                    let share = Double(seen[next]) / Double(count)
                    #expect(abs(share - expected) <= 4.5 * error)
                }
            }
        }
        let task = try EnvironmentRegistry.standard.makeTask(name: name)
        let tabular = try #require(task as? any TabularTask)
        check(tabular)
    }

    @Test func `four rooms are 104 cells with doors where they should be`() throws {
        let model = FourRooms().model
        #expect(model.states == 104 && model.actions == 4)
        let goal = try #require(FourRooms.number(ofRow: 7, column: 9))
        #expect(model.start[goal] == 0 && model.start.reduce(0, +).rounded() == 1)
        for (row, column) in [(3, 6), (10, 6), (6, 2), (7, 9)] {
            #expect(FourRooms.number(ofRow: row, column: column) != nil)
        }
        for (row, column) in [(6, 6), (7, 7), (7, 8), (0, 3), (6, 3), (13, 1)] {
            #expect(FourRooms.number(ofRow: row, column: column) == nil)
        }
        let corner = try #require(FourRooms.number(ofRow: 1, column: 1))
        #expect(model.transitions(corner, 0) == [.init(to: corner)])
        let right = try #require(FourRooms.number(ofRow: 1, column: 2))
        let sure = model.transitions(corner, 3).first { $0.successor == right }
        #expect(abs((sure?.probability ?? 0) - 2.0 / 3) < 1e-12)
        let back = model.transitions(corner, 3).first { $0.successor == corner }
        #expect(abs((back?.probability ?? 0) - 1.0 / 9) < 1e-12)
        #expect(
            throws: EnvironmentError.badArgument(
                environment: "four-rooms",
                .inconsistent(
                    "the goal [6, 6] is no free cell: give a row and a column inside a room or "
                        + "a door"))
        ) {
            try EnvironmentRegistry.standard.make(name: "four-rooms", arguments: [("goal", "6,6")])
        }
    }

    @Test func `the best return of the river is known`() {
        let model = RiverSwim().model
        #expect(model.states == 6 && model.actions == 2 && !model.terminates.contains(true))
        var values = [Double](repeating: 0, count: 6)
        for _ in 0..<20 {
            values = (0..<6).map { state in
                (0..<2).map { action in
                    model.transitions(state, action).reduce(0) {
                        $0 + $1.probability * ($1.reward + values[$1.successor])
                    }
                }.max() ?? 0
            }
        }
        #expect(abs(values[0] - 3.397264) < 5e-7)
        #expect(RiverSwim().timeLimit == 20 && model.start == [1, 0, 0, 0, 0, 0])
    }

    @Test func `a grid has walls, a door, a goal and a chance to stay`() throws {
        var configuration = GridWorld.Configuration()
        (configuration.rows, configuration.columns, configuration.layout) = (9, 9, .twoRooms)
        configuration.goal = [4, 8]
        configuration.slip = 0.1
        try configuration.validate()
        let world = GridWorld(configuration)
        let model = world.model
        #expect(model.states == 73 && model.actions == 5)
        let door = try #require(world.number(ofRow: 4, column: 4))
        #expect(world.number(ofRow: 3, column: 4) == nil && world.place(of: door) == (4, 4))
        // Up and down from the door are walls: those and staying stay.
        let right = try #require(world.number(ofRow: 4, column: 5))
        let chances = model.transitions(door, 3)
        #expect(abs(chances.first { $0.successor == right }!.probability - 0.92) < 1e-12)
        #expect(abs(chances.first { $0.successor == door }!.probability - 0.06) < 1e-12)
        let goal = try #require(world.number(ofRow: 4, column: 8))
        #expect(model.start[goal] == 0 && abs(model.start.reduce(0, +) - 1) < 1e-12)
        let before = try #require(world.number(ofRow: 4, column: 7))
        #expect(
            model.transitions(before, 3).contains {
                $0.successor == goal && $0.reward == 1 && $0.terminates
            })
        configuration.stays = false
        #expect(GridWorld(configuration).actionSpace == .discrete(4))
        configuration.goal = [3, 4]
        #expect(
            throws: ConfigurationError.inconsistent(
                "the goal [3, 4] is no free cell: give a row and a column inside the grid that are "
                    + "no wall")
        ) { try configuration.validate() }
        configuration.goal = []
        configuration.walls = [1]
        #expect(
            throws: ConfigurationError.inconsistent(
                "the walls [1] are 1 numbers: give a row and a column each")
        ) { try configuration.validate() }
        configuration = GridWorld.Configuration()
        (configuration.rows, configuration.columns, configuration.walls) = (1, 1, [0, 0])
        #expect(
            throws: ConfigurationError.inconsistent(
                "there is no cell to start from: take walls away, or move the goal")
        ) { try configuration.validate() }
    }

    @Test func `a bandit pays what its arms are said to pay`() throws {
        let model = Bandit().model
        #expect(model.states == 1 && model.actions == 3)
        #expect((0..<3).map { model.expectedReward(0, $0) } == [0.3, 0.5, 0.6])
        #expect(model.terminates.allSatisfy { $0 })
        #expect(
            throws: EnvironmentError.badArgument(
                environment: "bandit",
                .inconsistent("a bandit needs at least one arm: give means"))
        ) { try EnvironmentRegistry.standard.make(name: "bandit", arguments: [("means", "[]")]) }
    }

    @Test func `tables are told of where nothing changes what is seen or done`() throws {
        func table(_ name: String, _ arguments: [(String, String)] = []) throws -> TaskTable? {
            AgentUnits(
                try EnvironmentRegistry.standard.makeVector(
                    name: name, arguments: arguments.map { (key: $0.0, value: $0.1) }, count: 2)
            ).table
        }
        #expect(try table("river-swim") == RiverSwim().model)
        #expect(try table("river-swim", [("time-limit", "7")]) == RiverSwim().model)
        #expect(try table("river-swim", [("repeat", "2")]) == nil)
        #expect(try table("pendulum") == nil)
    }

    @Test func `terminations become an absorbing state`() {
        let model = Lottery().model.absorbing()
        #expect(model.states == 5 && !model.terminates.contains(true))
        #expect(model.transitions(1, 0) == [.init(to: 4, reward: -1)])
        #expect(model.transitions(4, 1) == [.init(to: 4)])
        #expect(model.start == [1, 0, 0, 0, 0])
        #expect(model.expectedReward(3, 0) == -10)
        #expect(CliffWalk().model.absorbing().states == 49)
    }

    @Test func `equal outcomes are summed and impossible ones left out`() {
        let model = TaskTable(start: [1, 0], actions: 1) { _, _ in
            [
                .init(to: 1, probability: 0.25), .init(to: 0, probability: 0.5, reward: 2),
                .init(to: 1, probability: 0.25), .init(to: 0, probability: 0),
            ]
        }
        #expect(
            model.transitions(0, 0) == [
                .init(to: 1, probability: 0.5), .init(to: 0, probability: 0.5, reward: 2),
            ])
        #expect(model.expectedReward(1, 0) == 1)
    }
}
