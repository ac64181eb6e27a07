import Foundation
import OptimistEnvironments
import Testing

@Suite(.enabled(if: Python.isThere, Python.need)) struct SpaceTests {
    @Test func `each kind of observation space keeps its kind and shape`() throws {
        let folder = try TestFolder()
        let infinity = Float.infinity
        let expected: [(String, Space)] = [
            ("box", .box(low: [-1, -infinity], high: [1, infinity])),
            ("grid", .box(-2, 3, shape: [2, 3])),
            ("integers", .box(0, 9, shape: [3])),
            ("scalar", .box(-1, 1, shape: [])),
            ("image", .bytes(shape: [2, 2, 3])),
            ("discrete", .discrete(5)),
            ("multi-discrete", Space(.multiDiscrete(counts: [3, 4]), shape: [2])),
            ("multi-binary", Space(.multiBinary(count: 4), shape: [2, 2])),
            // A dictionary in its own order: speed 2, gear 3, inner (lamps 2, dials 2 + 3).
            (
                "dictionary",
                .box(
                    low: [-1, -1] + .init(repeating: 0, count: 10),
                    high: .init(repeating: 1, count: 12))
            ),
            ("tuple", .box(low: [0, 0, 0, 0], high: [1, 1, 255, 255])),
        ]
        for (name, space) in expected {
            let world = try folder.make("Probe", ["observation=\(name)"])
            defer { world.close() }
            #expect(world.observationSpace == space, "\(name)")
        }
    }

    @Test(arguments: [
        "box", "grid", "integers", "scalar", "image", "discrete", "multi-discrete",
        "multi-binary", "dictionary", "tuple",
    ])
    func `observations are what Gymnasium's own flattening gives`(name: String) throws {
        let folder = try TestFolder()
        let world = try folder.make("Probe", ["observation=\(name)"], count: 3) {
            $0.processes = 2
        }
        defer { world.close() }
        for copy in 0..<3 { try world.reset(copy, seed: UInt64(copy)) }
        for round in 0..<20 {
            if round > 0 { try world.step([0.5, -0.25]) }
            for copy in 0..<3 {
                let width = world.observationSpace.width
                let row = Array(
                    world.outcome.observations.floats[copy * width..<(copy + 1) * width])
                // Gymnasium flattens indices to one-hot rows, as `encode` does.
                let encoded = world.observationSpace.encode(row)
                let flat = encoded.indices.map { world.extra("flat.\($0)", copy) }
                #expect(flat == encoded.map { Double($0) })
                #expect(world.extra("flat.\(encoded.count)", copy) == nil)
            }
        }
    }

    @Test func `each kind of action reaches the environment as its space says`() throws {
        let folder = try TestFolder()
        let cases: [(String, Space, [Float], [Double])] = [
            ("box", .box(-1, 1, shape: [2]), [0.5, -0.1], [0.5, Double(Float(-0.1))]),
            ("box64", .box(-1, 1, shape: [2, 1]), [0.5, 1], [0.5, 1]),
            ("integers", .box(-5, 5, shape: [2]), [2.4, -3], [2, -3]),
            ("discrete", .discrete(4), [3], [2]),
            (
                "multi-discrete", Space(.multiDiscrete(counts: [3, 4]), shape: [2]), [2, 3], [3, 3]
            ),
            ("multi-binary", Space(.multiBinary(count: 3), shape: [3]), [1, 0, 1], [1, 0, 1]),
        ]
        for (name, space, action, received) in cases {
            let world = try folder.make("Probe", ["action=\(name)"])
            defer { world.close() }
            #expect(world.actionSpace == space, "\(name)")
            try world.reset(0, seed: 0)
            try world.step(action)
            #expect(received.indices.map { world.extra("action.\($0)") } == received, "\(name)")
        }
    }

    @Test(arguments: [
        ("observation=text", "Text(1, 8, charset="), ("observation=huge", "Discrete(33554432)"),
        ("action=dictionary", "Dict('a': Discrete(2))"),
    ])
    func `a space that cannot be taken is refused by name`(argument: String, space: String) throws {
        let folder = try TestFolder()
        let error = #expect(throws: GymnasiumError.self) { try folder.make("Probe", [argument]) }
        let sentence = try #require(error).description
        #expect(
            sentence.hasPrefix("gym:environments:OptimistTest/Probe-v0 has the space \(space)"))
        #expect(sentence.contains("observations may be Box, Discrete"))
    }

    @Test func `an index outside the space is refused with its copy, step and entry`() throws {
        let folder = try TestFolder()
        let world = try folder.make("OutOfRange", count: 2)
        defer { world.close() }
        let place = GymnasiumPlace(environment: world.name, copy: 0, step: 1)
        #expect(world.errorWhenStepping() == .outsideSpace(place, entry: 0, value: 3))
    }

    @Test func `an environment may reuse its observation and spoil its action`() throws {
        let folder = try TestFolder()
        let world = try folder.make("Buffer", count: 2) { $0.processes = 1 }
        defer { world.close() }
        for copy in 0..<2 { try world.reset(copy, seed: UInt64(10 * copy)) }
        var seen: [[Float]] = []
        for _ in 0..<3 {
            try world.step([1.5])
            seen.append(world.outcome.observations.floats)
        }
        #expect(seen == [[1.5, 11.5], [3, 13], [4.5, 14.5]])
    }

    @Test func `only active copies step, and extra numbers follow each copy`() throws {
        let folder = try TestFolder()
        let world = try folder.make("Trouble", count: 3) { $0.processes = 2 }
        defer { world.close() }
        for copy in 0..<3 { try world.reset(copy, seed: 0) }
        #expect(world.outcome.info == [[], [], []])
        for active in [[true, false, true], [false, true, true], [true, true, true]] {
            try [Float](repeating: 0, count: 3).withUnsafeBufferPointer {
                try world.step(actions: $0, active: active)
            }
        }
        #expect(world.outcome.observations == .floats([2, 2, 2, 2, 3, 3]))
        #expect((0..<3).map { world.extra("count", $0) } == [2, 2, 3])
        #expect(world.outcome.info.map(\.count) == [1, 1, 1])
        try world.reset(1, seed: 5)
        #expect(world.outcome.info[1].isEmpty && world.extra("count", 2) == 3)
        #expect(world.outcome.observations == .floats([2, 2, 0, 0, 3, 3]))
    }

    @Test(arguments: [
        ("ends", Ending.terminated), ("cut", .truncated), ("both", .terminated),
    ])
    func `endings stay apart and the last observation is kept`(
        kind: String, ending: Ending
    ) throws {
        let folder = try TestFolder()
        let world = try folder.make("Trouble", ["kind=\(kind)"])
        defer { world.close() }
        try world.reset(0, seed: 0)
        for _ in 0..<3 {
            #expect(world.outcome.endings == [.none])
            try world.step([0])
        }
        #expect(world.outcome.endings == [ending])
        #expect(world.outcome.observations == .floats([3, 3]))
        try world.reset(0, seed: 1)
        #expect(world.outcome.endings == [.none])
        #expect(world.outcome.observations == .floats([0, 0]))
    }
}
