import OptimistCore
import OptimistReports

/// A table of a demonstration, for people and for programs.
struct DemonstrationTable {
    /// A column.
    struct Column {
        /// Its key in JSON.
        var key: String
        /// Its words.
        var title: String
        /// Digits after the point; nil for words.
        var decimals: Int?

        /// A column of words.
        static func words(_ key: String, _ title: String) -> Column {
            Column(key: key, title: title, decimals: nil)
        }

        /// A column of numbers.
        static func numbers(_ key: String, _ title: String, decimals: Int = 6) -> Column {
            Column(key: key, title: title, decimals: decimals)
        }
    }

    /// Its key in JSON.
    let key: String
    /// What it shows, in a few words.
    let title: String
    let columns: [Column]
    let rows: [[JSONValue]]

    /// The table for people.
    var text: String {
        var table = TextTable(
            columns.map { $0.decimals == nil ? .words($0.title) : .numbers($0.title) })
        for row in rows {
            table.append(
                zip(row, columns).map { value, column in
                    switch value {
                    case .text(let words): words
                    case .number(let number):
                        number.text(decimals: column.decimals ?? 6)
                    default: ""
                    }
                })
        }
        return title + ":\n" + table.text()
    }

    /// The table for programs: an object a row.
    var json: JSONValue {
        .list(
            rows.map { row in
                .object(
                    Dictionary(
                        uniqueKeysWithValues: zip(columns, row).map { ($0.key, $1) }))
            })
    }
}
