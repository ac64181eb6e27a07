import OptimistCore

extension FusedNetwork {
    /// Moves all parameters the fraction `weight` of the way to those of another network of the
    /// same build: an exponential average, as used for target networks (Lillicrap et al., 2016).
    ///
    /// On this thread: waking others would take longer.
    public func follow(_ other: FusedNetwork, weight: Double) {
        if other.members != members || other.sizes != sizes {
            fail(
                "FusedNetwork.follow",
                "\(members) members of \(sizes), \(other.members) of \(other.sizes)")
        }
        let to = storage.floatPointer("FusedNetwork.follow")
        let from = other.storage.floatPointer("FusedNetwork.follow")
        let share = Float(weight)
        for index in 0..<storage.count { to[index] += share * (from[index] - to[index]) }
        withExtendedLifetime((self, other)) {}
        markChanged()
    }
}
