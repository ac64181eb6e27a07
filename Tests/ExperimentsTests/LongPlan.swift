import Foundation
import Testing

extension Trait where Self == ConditionTrait {
    /// A test that trains for minutes: it runs where `OPTIMIST_FULL` is set, as `make test-full` does.
    static var longPlan: Self {
        .enabled(
            if: ProcessInfo.processInfo.environment["OPTIMIST_FULL"] != nil,
            "left to make test-full")
    }
}
