import Foundation
import OptimistAgents
import OptimistCore
import OptimistEnvironments
import OptimistExperiments
import Testing

/// The pages say what the code says.
@Suite struct DocumentationTests {
    @Test(arguments: BuiltInEnvironment.allCases)
    func `the page on environments has its arguments`(environment: BuiltInEnvironment) throws {
        let page = try Page("Documentation/Environments.md")
        let section = try #require(page.section(environment.rawValue))
        #expect(section.contains(environment.sentence))
        let own = EnvironmentRegistry.arguments(of: environment)
        #expect(Page.rows(of: section) == own.map(Self.row))
        let limit = try EnvironmentRegistry.standard.makeTask(name: environment.rawValue).timeLimit
        #expect(section.contains("- cut after: \(try #require(limit))"))
    }

    @Test func `the page on environments has no others, and the wrappers`() throws {
        let page = try Page("Documentation/Environments.md")
        #expect(
            page.headings.filter { $0.hasPrefix("### ") }
                == BuiltInEnvironment.allCases.map { "### \($0.rawValue)" })
        let wrappers = try #require(page.section("Wrappers"))
        #expect(Page.rows(of: wrappers) == EnvironmentRegistry.wrapperArguments.map(Self.row))
    }

    @Test func `the page on runs has the settings of a run`() throws {
        let section = try #require(try Page("Documentation/Runs.md").section("Settings"))
        let rows = Page.rows(of: section)
        #expect(rows.count == RunSettings.fields.count)
        for (row, field) in zip(rows, RunSettings.fields) {
            #expect(
                row == [
                    "`run.\(field.key)`", "`\(Self.typed(field.defaultValue))`", field.sentence,
                ])
        }
    }

    @Test(arguments: ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"] + pages)
    func `links lead to files of the package`(name: String) throws {
        let folder = (PackageFiles.path(name) as NSString).deletingLastPathComponent
        for match in try PackageFiles.text(name).matches(of: /\]\(([^)#]+)[^)]*\)/) {
            let target = String(match.1)
            if target.hasPrefix("http") { continue }
            #expect(FileManager.default.fileExists(atPath: folder + "/" + target), "\(target)")
        }
    }

    /// Every page under Documentation.
    private static let pages: [String] = {
        let folder = FileManager.default.enumerator(atPath: PackageFiles.path("Documentation"))!
        return folder.compactMap { $0 as? String }.filter { $0.hasSuffix(".md") }.sorted()
            .map { "Documentation/" + $0 }
    }()

    @Test func `every algorithm has a page, and every page is named in the README`() throws {
        let readme = try PackageFiles.text("README.md")
        let algorithms = Self.pages.filter { $0.hasPrefix("Documentation/Algorithms/") }
        #expect(algorithms.count >= 24)
        for page in algorithms { #expect(readme.contains(page), "\(page)") }
    }

    /// A row of a table of arguments.
    private static func row(of field: SettingField) -> [String] {
        let value = typed(field.defaultValue)
        return [
            "`\(field.key)`", value.isEmpty ? "" : "`\(value)`", allowed(field), field.sentence,
        ]
    }

    private static func typed(_ value: JSONValue) -> String {
        switch value {
        case .null: "none"
        case .text(let word): word
        case .list(let elements): elements.map(typed).joined(separator: ",")
        case .truth, .number, .object: value.text()
        }
    }

    private static func allowed(_ field: SettingField) -> String {
        if field.constraint == .none { return field.kind.description }
        let range = field.constraint.description
        return switch field.kind {
        case .optional: "\(range), or none"
        case .list: "\(range), separated by commas"
        case .integer, .real, .truth, .word: range
        }
    }
}

/// A page of the documentation, by its headings.
private struct Page {
    let lines: [String]

    init(_ name: String) throws {
        lines = try PackageFiles.text(name).components(separatedBy: "\n")
    }

    var headings: [String] { lines.filter { $0.hasPrefix("#") } }

    /// What stands under a heading, up to the next; nil if there is none.
    func section(_ title: String) -> String? {
        guard let start = lines.firstIndex(where: { $0.drop { $0 == "#" } == " \(title)" }) else {
            return nil
        }
        return lines[(start + 1)...].prefix { !$0.hasPrefix("#") }.joined(separator: "\n")
    }

    /// The cells of a section's table, without its head.
    static func rows(of section: String) -> [[String]] {
        section.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { line in
            line.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false)
                .map { $0.trimmingCharacters(in: .whitespaces) }
        }
    }
}
