extension TabularModel {
    /// The number of a state from its name or its number in text.
    ///
    /// - Parameters:
    ///   - name: as `label(state:)` writes it; a number where no state has that name.
    ///   - count: how many of the states may be meant; all where nil.
    /// - Throws: `SolvingError.unknownState`.
    public func state(named name: String, of count: Int? = nil) throws(SolvingError) -> Int {
        let count = count ?? states
        if let names = details.stateNames, let number = names.firstIndex(of: name),
            number < count
        {
            return number
        }
        guard let number = Int(name), (0..<count).contains(number) else {
            throw .unknownState(name, count: count)
        }
        return number
    }

    /// The same model that always starts in one state; nothing large is copied.
    public func starting(in state: Int) -> TabularModel {
        TabularModel(self, start: (0..<states).map { $0 == state ? 1 : 0 })
    }

    private init(_ model: TabularModel, start: [Double]) {
        (pairs, transitions, rewards) = (model.pairs, model.transitions, model.rewards)
        (edgeRewards, details) = (model.edgeRewards, model.details)
        self.start = start
    }
}
