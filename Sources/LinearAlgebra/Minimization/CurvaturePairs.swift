/// The last steps s and gradient differences y, a ring buffer, and the two-loop recursion on them.
struct CurvaturePairs {
    private let size: Int
    private let capacity: Int
    private var steps: [Double]
    private var differences: [Double]
    private var inverseCurvature: [Double]
    private var weights: [Double]
    private var first = 0
    private var count = 0

    init(size: Int, capacity: Int) {
        self.size = size
        self.capacity = capacity
        steps = Array(repeating: 0, count: size * capacity)
        differences = steps
        inverseCurvature = Array(repeating: 0, count: capacity)
        weights = inverseCurvature
    }

    var isEmpty: Bool { count == 0 }

    mutating func removeAll() { count = 0 }

    /// Remembers a step, unless its curvature is not positive beyond rounding.
    mutating func append(from here: LinePoint, to there: LinePoint) {
        let slot = (first + count) % capacity
        let offset = slot * size
        var (curvature, squares) = (0.0, 0.0)
        for i in 0..<size {
            let step = there.point[i] - here.point[i]
            let difference = there.gradient[i] - here.gradient[i]
            curvature += step * difference
            squares += difference * difference
            steps[offset + i] = step
            differences[offset + i] = difference
        }
        if !(curvature > 1e-16 * squares) {
            // With a full buffer the slot was that of the oldest pair, which is lost.
            if count == capacity { dropOldest() }
            return
        }
        inverseCurvature[slot] = 1 / curvature
        if count == capacity { dropOldest() }
        count += 1
    }

    private mutating func dropOldest() {
        first = (first + 1) % capacity
        count -= 1
    }

    /// Writes −H g, where H is the inverse Hessian that the pairs describe.
    mutating func direction(for gradient: [Double], into direction: inout [Double]) {
        for i in 0..<size { direction[i] = -gradient[i] }
        if isEmpty { return }
        for age in (0..<count).reversed() {
            let slot = (first + age) % capacity
            weights[slot] = inverseCurvature[slot] * product(steps, slot, direction)
            accumulate(differences, slot, -weights[slot], &direction)
        }
        let newest = (first + count - 1) % capacity
        var squares = 0.0
        for i in 0..<size {
            squares += differences[newest * size + i] * differences[newest * size + i]
        }
        let scale = 1 / (inverseCurvature[newest] * squares)
        for i in 0..<size { direction[i] *= scale }
        for age in 0..<count {
            let slot = (first + age) % capacity
            let weight = inverseCurvature[slot] * product(differences, slot, direction)
            accumulate(steps, slot, weights[slot] - weight, &direction)
        }
    }

    private func product(_ vectors: [Double], _ slot: Int, _ vector: [Double]) -> Double {
        var sum = 0.0
        for i in 0..<size { sum += vectors[slot * size + i] * vector[i] }
        return sum
    }

    private func accumulate(
        _ vectors: [Double], _ slot: Int, _ scale: Double, _ vector: inout [Double]
    ) {
        for i in 0..<size { vector[i] += scale * vectors[slot * size + i] }
    }
}
