/// A point with the value and gradient of a function there; its arrays are reused.
struct LinePoint: Sendable {
    var point: [Double]
    var value = 0.0
    var gradient: [Double]

    init(size: Int) {
        point = Array(repeating: 0, count: size)
        gradient = point
    }

    var isFinite: Bool { value.isFinite && gradient.allSatisfy { $0.isFinite } }
}
