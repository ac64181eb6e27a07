import Foundation
import OptimistCore

/// How much of the tests a run of `swift test` goes through; each plan holds the ones before it.
///
/// The variable `OPTIMIST_TEST_PLAN` names it; `swift test` alone is the fast one. A test that is
/// too slow for the fast plan carries a trait such as
/// `.enabled(if: TestPlan.current >= .ci, "test plan ci")`, so that the report says why it did
/// not run.
public enum TestPlan: String, Comparable, CaseIterable, Sendable {
    /// What a developer runs at every change: under three minutes.
    case fast
    /// What `make test` and continuous integration run: under fifteen minutes.
    case ci
    /// What `make test-full` runs: reference results that take hours.
    case full

    /// The plan of this process.
    public static let current: TestPlan = {
        guard let name = ProcessInfo.processInfo.environment["OPTIMIST_TEST_PLAN"] else {
            return .fast
        }
        guard let plan = TestPlan(rawValue: name) else {
            let plans = allCases.map(\.rawValue).joined(separator: ", ")
            fail("TestPlan.current", "OPTIMIST_TEST_PLAN is '\(name)'; the plans are \(plans)")
        }
        return plan
    }()

    /// Whether the left plan is a part of the right one.
    public static func < (left: TestPlan, right: TestPlan) -> Bool {
        allCases.firstIndex(of: left)! < allCases.firstIndex(of: right)!
    }
}
