import OptimistLinearAlgebra

/// One form of the Kalman recursion on buffers of its own.
///
/// The belief stays inside between calls. What cannot be factored is thrown without its step, which
/// the caller knows.
protocol FilterKernel: AnyObject {
    init(states: Int, emissions: Int)

    /// Replaces the belief.
    func setBelief(_ law: GaussianMoments) throws
    /// Sets E and F.
    func setTransition(_ transition: Matrix, noise: Matrix) throws
    /// Sets C and D of all components.
    func setEmission(_ emission: Matrix, noise: Matrix) throws
    /// Chooses the components of which the next updates speak, in ascending order.
    func select(_ observed: UnsafeBufferPointer<Int>) throws
    /// Conditions on the chosen components of x − G a − d and returns the log evidence in nats.
    func update(_ observation: UnsafeBufferPointer<Double>) throws -> Double
    /// Carries the belief to the next step; `shift` is B a + b.
    func predict(_ shift: UnsafeBufferPointer<Double>)
    /// Writes the mean and then the covariance.
    func write(to target: UnsafeMutablePointer<Double>)
    /// Tells that covariances repeat from here on: the next updates and predictions move means alone.
    func holdCovariance() throws
    /// Whether covariances are held.
    var isHeld: Bool { get }
}

extension FilterKernel {
    func holdCovariance() {}
    var isHeld: Bool { false }
}

/// Pieces of one allocation, freed with their owner.
final class KernelBuffer<Scalar: BinaryFloatingPoint> {
    private let base: UnsafeMutablePointer<Scalar>
    private var used = 0
    private let capacity: Int

    /// Room for `capacity` numbers, all zero.
    init(capacity: Int) {
        base = .allocate(capacity: capacity)
        base.initialize(repeating: 0, count: capacity)
        self.capacity = capacity
    }

    deinit { base.deallocate() }

    /// The next `count` numbers.
    func take(_ count: Int) -> UnsafeMutablePointer<Scalar> {
        precondition(used + count <= capacity)
        defer { used += count }
        return base + used
    }
}

extension UnsafeMutablePointer where Pointee: BinaryFloatingPoint {
    /// Copies the elements of a matrix.
    func copy(_ matrix: Matrix) {
        matrix.withUnsafeElements { source in
            for index in source.indices { self[index] = Pointee(source[index]) }
        }
    }
}
