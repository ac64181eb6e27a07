import OptimistCore
import Testing

@Suite struct NearestTests {
    private let words = ["pendulum", "cartpole", "sac", "ppo", "planner.horizon"]

    @Test(arguments: [
        ("pendlum", "pendulum"), ("Cartpole", "cartpole"), ("catrpole", "cartpole"),
        ("sca", "sac"), ("horizon", "planner.horizon"), ("planer.horizon", "planner.horizon"),
    ])
    func `a slip finds the word that was meant`(slip: String, meant: String) {
        #expect(slip.nearest(among: words) == meant)
    }

    @Test(arguments: ["trpo-x", "xyz", "acrobot", "", "k"])
    func `what is near nothing finds nothing`(word: String) {
        #expect(word.nearest(among: words) == nil)
        #expect(word.nearest(among: []) == nil)
    }

    @Test func `a long key's last part is as near as its own length allows`() {
        #expect("consistency.prior".nearest(among: ["planner.kind", "members"]) == nil)
        #expect("consistency.knd".nearest(among: ["planner.kind", "members"]) == "planner.kind")
    }

    @Test func `of equally near words the first is taken`() {
        #expect("cat".nearest(among: ["bat", "hat"]) == "bat")
    }
}
