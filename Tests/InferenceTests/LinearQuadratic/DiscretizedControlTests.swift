import Foundation
import OptimistInference
import OptimistLinearAlgebra
import Testing

/// The discounted scalar problem on a grid, solved by soft value iteration on tables.
@Suite struct DiscretizedControlTests {
    private let cells = 601
    private let step = 0.02
    private let limit = 6.0
    private let temperature = 0.5
    private let discount = 0.95
    private let noise = 0.1

    /// log Σ step · exp(Q / temperature), and the first two moments of the policy.
    private struct Row {
        var value = 0.0
        var mean = 0.0
        var variance = 0.0
    }

    /// E[V(μ + w)] for every μ that a state and an action can lead to; beyond the grid V follows
    /// the parabola through its last cells.
    private func expected(_ values: [Double]) -> [Double] {
        let reach = Int((6 * noise.squareRoot() / step).rounded(.up))
        let kernel = (-reach...reach).map { offset in
            exp(-Double(offset * offset) * step * step / (2 * noise))
        }
        let total = kernel.reduce(0, +)
        let half = cells - 1
        func extended(_ index: Int) -> Double {
            if index >= 0 && index < cells { return values[index] }
            let (edge, inward) = index < 0 ? (0, 1) : (cells - 1, -1)
            let distance = Double(abs(index - edge))
            let (a, b, c) = (values[edge], values[edge + inward], values[edge + 2 * inward])
            return a + distance * (a - b) + distance * (distance + 1) / 2 * (a - 2 * b + c)
        }
        let margin = half / 2 + reach
        let padded = (-margin..<cells + margin).map(extended)
        return (-half / 2..<cells + half / 2).map { index in
            var sum = 0.0
            for (offset, weight) in kernel.enumerated() {
                sum += weight * padded[index + margin - reach + offset]
            }
            return sum / total
        }
    }

    private func row(_ state: Int, _ ahead: [Double]) -> Row {
        let s = -limit + step * Double(state)
        var exponents = [Double](repeating: 0, count: cells)
        for action in 0..<cells {
            let a = -limit + step * Double(action)
            let q = -(s * s + a * a) / 2 + discount * ahead[state + action]
            exponents[action] = q / temperature
        }
        let total = normalizeLogWeights(&exponents)
        var row = Row(value: temperature * (total + log(step)))
        for action in 0..<cells {
            row.mean += exponents[action] * (-limit + step * Double(action))
        }
        for action in 0..<cells {
            let offset = -limit + step * Double(action) - row.mean
            row.variance += exponents[action] * offset * offset
        }
        return row
    }

    @Test func `a table of 601 states and actions has the Riccati solution's policy`() throws {
        let exact = try LinearQuadraticProblem.scalar(noise: noise, discount: discount)
            .solveSteadyState(objective: .bound(temperature: temperature))
        var values = Array(repeating: 0.0, count: cells)
        for _ in 0..<24 {
            let ahead = expected(values)
            let next = (0..<cells).map { row($0, ahead).value }
            // What is left is a constant: jump to where it ends (the midpoint of the bounds).
            let change = next[cells / 2] - values[cells / 2]
            values = next.map { $0 + discount / (1 - discount) * change }
        }
        let ahead = expected(values)
        for s in stride(from: -3.0, through: 3, by: 0.5) {
            let index = Int(((s + limit) / step).rounded())
            let found = row(index, ahead)
            #expect(abs(found.mean + exact.policy.gain[0, 0] * s) < 1e-8 * max(1, abs(s)))
            #expect(abs(found.variance - exact.policy.covariance[0, 0]) < 1e-8)
            #expect(abs(found.value - exact.value([s])) < 1e-4)
        }
    }
}
