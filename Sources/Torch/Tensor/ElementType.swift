import OptimistCTorch

/// The type of a tensor's elements.
public enum ElementType: String, Codable, CaseIterable, Sendable {
    /// 32-bit floating point, the type of networks.
    case float32
    /// 64-bit floating point.
    case float64
    /// 64-bit signed integers, the type of indices and discrete actions.
    case int64
    /// Bytes, the type of images.
    case uint8
    /// Truth values, the type of masks.
    case bool

    /// The size of one element in bytes.
    public var byteCount: Int {
        switch self {
        case .float32: 4
        case .float64, .int64: 8
        case .uint8, .bool: 1
        }
    }

    /// Whether the elements are floating-point numbers, the only ones that carry gradients.
    public var isFloatingPoint: Bool { self == .float32 || self == .float64 }

    var code: Int32 {
        switch self {
        case .float32: 0
        case .float64: 1
        case .int64: 2
        case .uint8: 3
        case .bool: 4
        }
    }

    init?(code: Int32) {
        guard let type = Self.allCases.first(where: { $0.code == code }) else { return nil }
        self = type
    }
}

/// Where a tensor lives.
public enum Device: Hashable, Sendable, CustomStringConvertible {
    /// Main memory, computed on by the processor.
    case cpu
    /// The CUDA device with the given index.
    case cuda(Int)

    /// The device written as `cpu`, `cuda` or `cuda:1`; nil for any other text.
    public init?(_ text: String) {
        if text == "cpu" {
            self = .cpu
        } else if text == "cuda" {
            self = .cuda(0)
        } else if text.hasPrefix("cuda:"), let index = Int(text.dropFirst(5)), index >= 0 {
            self = .cuda(index)
        } else {
            return nil
        }
    }

    /// The device's name, such as `cuda:0`.
    public var description: String {
        switch self {
        case .cpu: "cpu"
        case .cuda(let index): "cuda:\(index)"
        }
    }

    var index: Int32 {
        switch self {
        case .cpu: -1
        case .cuda(let index): Int32(clamping: index)
        }
    }
}
