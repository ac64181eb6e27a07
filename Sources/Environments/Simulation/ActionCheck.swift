import OptimistCore

/// Refuses actions that are not finite or outside a space; made once, used every step.
struct ActionCheck: Sendable {
    private enum Rule: Sendable {
        case within([Float], [Float])
        case below([Int])
    }

    let name: String
    let width: Int
    private let rule: Rule

    init(_ space: Space, of name: String) {
        self.name = name
        width = space.width
        switch space.kind {
        case .box(let low, let high): rule = .within(low, high)
        case .discrete(let count): rule = .below([count])
        case .multiDiscrete(let counts): rule = .below(counts)
        case .multiBinary: rule = .below(.init(repeating: 2, count: space.width))
        case .bytes: rule = .below(.init(repeating: 256, count: space.width))
        }
    }

    /// Checks one action row; `step` is the step about to be taken, counted from 1.
    ///
    /// - Throws: `EnvironmentError.actionWidth` or `.badAction`.
    func check(_ action: [Float], step: Int) throws {
        if action.count != width {
            throw EnvironmentError.actionWidth(
                environment: name, step: step, count: action.count, expected: width)
        }
        try action.withUnsafeBufferPointer {
            if let row = $0.baseAddress { try check(row, step: step, copy: nil) }
        }
    }

    /// Checks the row at a pointer.
    ///
    /// - Throws: `EnvironmentError.badAction`.
    func check(_ row: UnsafePointer<Float>, step: Int, copy: Int?) throws {
        for entry in 0..<width where !allows(row[entry], at: entry) {
            throw EnvironmentError.badAction(
                environment: name, copy: copy, step: step, entry: entry, value: "\(row[entry])",
                allowed: allowed(at: entry))
        }
    }

    private func allows(_ value: Float, at entry: Int) -> Bool {
        switch rule {
        case .within(let low, let high):
            value.isFinite && low[entry] <= value && value <= high[entry]
        case .below(let counts):
            value >= 0 && value < Float(counts[entry]) && value == value.rounded(.towardZero)
        }
    }

    private func allowed(at entry: Int) -> String {
        switch rule {
        case .within(let low, let high) where !low[entry].isFinite && !high[entry].isFinite:
            "any finite number"
        case .within(let low, let high): "\(low[entry]) to \(high[entry])"
        case .below(let counts): "a whole number from 0 to \(counts[entry] - 1)"
        }
    }
}
