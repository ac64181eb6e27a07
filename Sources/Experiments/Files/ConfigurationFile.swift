import Foundation
import OptimistCore
import Yams

/// Settings in a YAML file; JSON is YAML too.
public enum ConfigurationFile {
    /// The settings in a file of at most a mebibyte, as a tree.
    ///
    /// - Throws: `FileError` where it cannot be read, `RunError.damaged` where it is no YAML with
    ///   named settings.
    public static func read(_ path: String) throws -> JSONValue {
        let text = String(decoding: try DurableFiles.read(path, limit: 1 << 20), as: UTF8.self)
        let node: Node?
        do {
            node = try Yams.compose(yaml: text)
        } catch {
            throw RunError.damaged(path: path, reason: "\(error)")
        }
        guard let node else { return .object([:]) }
        guard case .mapping = node else {
            throw RunError.damaged(path: path, reason: "it holds no named settings")
        }
        return try value(of: node, path: path, depth: 0)
    }

    private static func value(of node: Node, path: String, depth: Int) throws -> JSONValue {
        guard depth < 32 else {
            throw RunError.damaged(path: path, reason: "settings are nested too deep")
        }
        switch node {
        case .scalar(let scalar): return value(of: scalar)
        case .sequence(let items):
            return .list(try items.map { try value(of: $0, path: path, depth: depth + 1) })
        case .mapping(let pairs):
            var object: [String: JSONValue] = [:]
            for (key, item) in pairs {
                guard let name = key.string else {
                    throw RunError.damaged(path: path, reason: "a key that is no word")
                }
                object[name] = try value(of: item, path: path, depth: depth + 1)
            }
            return .object(object)
        case .alias:
            throw RunError.damaged(path: path, reason: "aliases are not read")
        }
    }

    /// A scalar by what it looks like, `1e-4` included; quoted ones are texts.
    private static func value(of scalar: Node.Scalar) -> JSONValue {
        let text = scalar.string
        guard scalar.style == .plain || scalar.style == .any else { return .text(text) }
        switch text.lowercased() {
        case "", "~", "null", "none": return .null
        case "true": return .truth(true)
        case "false": return .truth(false)
        default: return Double(text).flatMap { $0.isFinite ? .number($0) : nil } ?? .text(text)
        }
    }
}
