import OptimistCTorch
import OptimistCore

extension Tensor {
    /// A tensor of `float32` elements, given in the order of the axes (the last runs fastest).
    ///
    /// Here and below the shape defaults to one axis. Arrays are copied.
    public convenience init(_ values: [Float], shape: [Int]? = nil, device: Device = .cpu) {
        self.init(copying: values, shape, .float32, device)
    }

    /// A tensor of `float64` elements.
    public convenience init(_ values: [Double], shape: [Int]? = nil, device: Device = .cpu) {
        self.init(copying: values, shape, .float64, device)
    }

    /// A tensor of `int64` elements.
    public convenience init(_ values: [Int], shape: [Int]? = nil, device: Device = .cpu) {
        self.init(copying: values, shape, .int64, device)
    }

    /// A tensor of bytes.
    public convenience init(_ values: [UInt8], shape: [Int]? = nil, device: Device = .cpu) {
        self.init(copying: values, shape, .uint8, device)
    }

    /// A tensor of truth values.
    public convenience init(_ values: [Bool], shape: [Int]? = nil, device: Device = .cpu) {
        self.init(copying: values, shape, .bool, device)
    }

    /// A tensor of the given type from raw memory, which is copied and must have the right length.
    public convenience init(
        bytes: UnsafeRawBufferPointer, shape: [Int], type: ElementType, device: Device = .cpu
    ) {
        let handle = call("Tensor.init(bytes:)") {
            ot_from_bytes(
                bytes.baseAddress, bytes.count, shape, Int32(shape.count), type.code,
                device.index, $0)
        }
        self.init(owning: handle!)
    }

    /// A single number, a tensor without axes.
    public convenience init(
        _ scalar: Double, type: ElementType = .float32, device: Device = .cpu
    ) {
        let handle = call("Tensor.init(scalar)") {
            ot_full([], 0, scalar, type.code, device.index, $0)
        }
        self.init(owning: handle!)
    }

    private convenience init<Element>(
        copying values: [Element], _ shape: [Int]?, _ type: ElementType, _ device: Device
    ) {
        let shape = shape ?? [values.count]
        let handle = values.withUnsafeBytes { bytes in
            call("Tensor.init") {
                ot_from_bytes(
                    bytes.baseAddress, bytes.count, shape, Int32(shape.count), type.code,
                    device.index, $0)
            }
        }
        self.init(owning: handle!)
    }

    /// A tensor whose elements are all `value`.
    public static func full(
        _ shape: [Int], _ value: Double, type: ElementType = .float32, device: Device = .cpu
    ) -> Tensor {
        make("Tensor.full") {
            ot_full(shape, Int32(shape.count), value, type.code, device.index, $0)
        }
    }

    /// A tensor of zeros.
    public static func zeros(
        _ shape: [Int], type: ElementType = .float32, device: Device = .cpu
    ) -> Tensor {
        full(shape, 0, type: type, device: device)
    }

    /// A tensor of ones.
    public static func ones(
        _ shape: [Int], type: ElementType = .float32, device: Device = .cpu
    ) -> Tensor {
        full(shape, 1, type: type, device: device)
    }

    /// Zeros with the shape, element type and device of another tensor.
    public static func zeros(like tensor: Tensor) -> Tensor { full(like: tensor, 0) }

    /// Ones with the shape, element type and device of another tensor.
    public static func ones(like tensor: Tensor) -> Tensor { full(like: tensor, 1) }

    /// One value everywhere, with the shape, element type and device of another tensor.
    public static func full(like tensor: Tensor, _ value: Double) -> Tensor {
        make("Tensor.full(like:)", tensor) { ot_full_like(tensor.handle, value, $0) }
    }

    /// The numbers 0, 1, ..., count − 1, of type `int64` unless said otherwise.
    public static func arange(
        _ count: Int, type: ElementType = .int64, device: Device = .cpu
    ) -> Tensor {
        arange(from: 0, to: Double(count), type: type, device: device)
    }

    /// The numbers from `start` in steps of `step` up to, and without, `end`.
    public static func arange(
        from start: Double, to end: Double, by step: Double = 1, type: ElementType = .float32,
        device: Device = .cpu
    ) -> Tensor {
        make("Tensor.arange") { ot_arange(start, end, step, type.code, device.index, $0) }
    }

    /// `count` numbers at equal distances from `start` to `end`, both included.
    public static func linearlySpaced(
        from start: Double, to end: Double, count: Int, type: ElementType = .float32,
        device: Device = .cpu
    ) -> Tensor {
        make("Tensor.linearlySpaced") {
            ot_linspace(start, end, count, type.code, device.index, $0)
        }
    }

    /// The identity matrix `[count, count]`.
    public static func identity(
        _ count: Int, type: ElementType = .float32, device: Device = .cpu
    ) -> Tensor {
        make("Tensor.identity") { ot_identity(count, type.code, device.index, $0) }
    }

    /// One-hot vectors `[..., classes]` of indices `[...]` of type `int64`.
    public func oneHot(classes: Int, type: ElementType = .float32) -> Tensor {
        make("Tensor.oneHot", self) { ot_one_hot(handle, classes, type.code, $0) }
    }
}
