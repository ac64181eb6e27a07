import OptimistCore
import OptimistReports

/// Settings or arguments as a table for people: values are written as one types them.
struct SettingTable {
    /// The word over the keys.
    let title: String
    let fields: [SettingField]

    var text: String {
        var table = TextTable([
            .words(title), .words("default"), .words("allowed"), .words("meaning"),
        ])
        for field in fields {
            table.append([
                field.key, SettingTable.typed(field.defaultValue), SettingTable.allowed(field),
                field.sentence,
            ])
        }
        return table.text()
    }

    /// A value as one types it on the command line.
    private static func typed(_ value: JSONValue) -> String {
        switch value {
        case .null: "none"
        case .text(let word): word
        case .list(let elements): elements.map(typed).joined(separator: ",")
        case .truth, .number, .object: value.text()
        }
    }

    /// What a field may be: its range, else its kind.
    static func allowed(_ field: SettingField) -> String {
        if field.constraint == .none { return field.kind.description }
        let range = field.constraint.description
        return switch field.kind {
        case .optional: "\(range), or none"
        case .list: "\(range), separated by commas"
        case .integer, .real, .truth, .word: range
        }
    }
}
