import OptimistCore
import OptimistEnvironments

// A walk of 100 steps on a line of five cells, from the middle one; same numbers in every run.
let cells = Space.discrete(5)
var generator = Generator(seed: 1)
var position = 2
var visits = [Int](repeating: 0, count: 5)
for _ in 0..<100 {
    position = min(4, max(0, position + (generator.bernoulli(0.5) ? 1 : -1)))
    visits[position] += 1
}
guard case .discrete(let count) = cells.kind, count == 5, visits.reduce(0, +) == 100 else {
    fail("RandomWalk", "\(visits) are not 100 visits of \(cells)")
}
print("visits of the five cells:", visits.map(String.init).joined(separator: " "))
