import OptimistCore
import OptimistEnvironments
import Testing

/// What environments tell of what they hide.
@Suite struct WholeObservationTests {
    private static let hiding: [(String, [(String, String)], String)] = [
        ("pendulum-masked", [], "pendulum"), ("pendulum-pixels", [], "pendulum"),
        ("pendulum", [("mask", "0,1")], "pendulum"), ("pendulum", [("flicker", "1")], "pendulum"),
        ("pendulum-masked", [("distract", "3"), ("repeat", "1")], "pendulum"),
        ("cartpole-masked", [], "cartpole"),
        ("cartpole-swingup-masked", [], "cartpole-swingup"), ("acrobot", [], "acrobot"),
    ]

    @Test(arguments: hiding)
    func `the whole is what the unmasked environment shows`(
        name: String, arguments: [(String, String)], base: String
    ) throws {
        let registry = EnvironmentRegistry.standard
        let hidden = try registry.makeVector(
            name: name, arguments: arguments.map { (key: $0.0, value: $0.1) }, count: 2)
        let open = try registry.makeVector(name: base, arguments: [], count: 2)
        for copy in 0..<2 {
            try hidden.reset(copy, seed: UInt64(copy))
            try open.reset(copy, seed: UInt64(copy))
        }
        let actions: [Float] = open.actionSpace.isDiscrete ? [1, 0] : [0.4, -0.3]
        for _ in 0..<5 {
            for copy in 0..<2 {
                #expect(hidden.wholeObservation(copy) == open.shown(copy))
                #expect(open.wholeObservation(copy) == open.shown(copy))
            }
            try actions.withUnsafeBufferPointer {
                try hidden.step(actions: $0, active: [true, true])
                try open.step(actions: $0, active: [true, true])
            }
        }
    }
}
