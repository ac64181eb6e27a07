import Foundation
import OptimistInference

/// The law of the sum of the three rewards of the golden instance, where the agent infers by its
/// filter and acts by habit, by enumeration; and what follows for means of exp(sum − 3).
struct GoldenRewardLaw {
    /// p(sum = k), k = 0…3.
    let probabilities: [Double]

    init() throws {
        let (agent, environment) = (try GoldenInstance.agent(), try GoldenInstance.environment())
        // p(s, z, sum), `[s][z][sum]` flat.
        var law = [Double](repeating: 0, count: 16)
        func arrive(
            _ chance: Double, _ truth: [Double], _ model: [Double], _ sum: Int, _ arrival: Int,
            _ law: inout [Double]
        ) {
            let total = model.reduce(0, +)
            for s in 0..<2 {
                for z in 0..<2 {
                    let place = (s * 2 + z) * 4 + sum + arrival % 2
                    law[place] += chance * truth[s] * model[z] / total
                }
            }
        }
        for arrival in 0..<4 {
            arrive(
                1, environment.firstJoint(arrival), agent.model.firstJoint(arrival), 0, arrival,
                &law)
        }
        for step in 1..<3 {
            var next = [Double](repeating: 0, count: 16)
            for s in 0..<2 {
                for z in 0..<2 {
                    for (sum, action) in (0...step).flatMap({ sum in [(sum, 0), (sum, 1)] }) {
                        let chance = law[(s * 2 + z) * 4 + sum] * agent.habit(z, action)
                        for arrival in 0..<4 {
                            arrive(
                                chance, environment.joint(s, action, arrival),
                                agent.model.joint(z, action, arrival), sum, arrival, &next)
                        }
                    }
                }
            }
            law = next
        }
        probabilities = (0..<4).map { sum in
            stride(from: sum, to: 16, by: 4).reduce(0) { $0 + law[$1] }
        }
    }

    private func weight(_ sum: Int) -> Double { exp(Double(sum) - 3) }

    /// Mean and deviation of exp(sum − 3), the estimate of p(O) by one particle.
    var evidence: (mean: Double, deviation: Double) {
        let mean = (0..<4).reduce(0) { $0 + probabilities[$1] * weight($1) }
        let square = (0..<4).reduce(0) { $0 + probabilities[$1] * weight($1) * weight($1) }
        return (mean, (square - mean * mean).squareRoot())
    }

    /// E log of the mean weight of so many independent particles: over all counts of sums, each as
    /// likely as the multinomial law says.
    func expectedLogEvidence(particles count: Int) -> Double {
        let logs = probabilities.map { log($0) }
        var factorials = [0.0]
        for number in 1...count { factorials.append(factorials[number - 1] + log(Double(number))) }
        var total = 0.0
        for none in 0...count {
            for one in 0...count - none {
                for two in 0...count - none - one {
                    let counts = [none, one, two, count - none - one - two]
                    var (logChance, sum) = (factorials[count], 0.0)
                    for (k, number) in counts.enumerated() {
                        logChance += Double(number) * logs[k] - factorials[number]
                        sum += Double(number) * weight(k)
                    }
                    total += exp(logChance) * log(sum / Double(count))
                }
            }
        }
        return total
    }
}
