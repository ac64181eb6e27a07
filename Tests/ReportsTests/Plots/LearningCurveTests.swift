import OptimistCore
import OptimistReports
import Testing

@Suite struct LearningCurveTests {
    @Test func `runs with the same steps keep them`() throws {
        let runs = [[1.0, 2], [3, 6]].map { values in
            LearningCurve.Run(zip([0.0, 10], values).map { (step: $0, value: $1) })
        }
        var generator = Generator(seed: 0)
        let series = try LearningCurve("a", runs: runs).summary(.mean, using: &generator)
        #expect(series.x == [0, 10] && series.y == [2, 4])
        #expect(series.low == [1, 2] && series.high == [3, 6])
    }

    @Test func `other runs are interpolated where all have data`() throws {
        let runs = [
            LearningCurve.Run([(0, 0), (100, 100)]),
            LearningCurve.Run([(50, 0), (50, 2), (90, 81), (20, .nan)]),
        ]
        #expect(runs[1].steps == [50, 90] && runs[1].values == [1, 81])
        var generator = Generator(seed: 0)
        let series = try LearningCurve("a", runs: runs).summary(.mean, points: 3, using: &generator)
        #expect(series.x == [50, 70, 90])
        #expect(series.y == [25.5, 55.5, 85.5])
    }

    @Test func `one run has no band, and none or strangers have no curve`() throws {
        var generator = Generator(seed: 0)
        let one = LearningCurve.Run([(0, 1), (1, 2), (2, 9)])
        let series = try LearningCurve("a", runs: [one]).summary(window: 3, using: &generator)
        #expect(series.y == [1, 4, 9] && series.low == nil)
        let far = LearningCurve.Run([(7, 1)])
        for runs in [[], [one, far], [LearningCurve.Run([])]] {
            #expect(throws: StatisticsError.noCommonSteps(curve: "b")) {
                try LearningCurve("b", runs: runs).summary(using: &generator)
            }
        }
    }

    @Test func `the band covers the interquartile mean of many runs`() throws {
        var generator = Generator(seed: 5)
        let runs = (0..<40).map { _ in
            LearningCurve.Run((0..<5).map { (Double($0), Double($0) + generator.normal()) })
        }
        let series = try LearningCurve("a", runs: runs).summary(using: &generator)
        for index in 0..<5 {
            // The standard error of the interquartile mean of 40 normals is about 0.18.
            #expect(abs(series.y[index] - Double(index)) < 5 * 0.18)
            let width = try #require(series.high)[index] - #require(series.low)[index]
            #expect((0.35...1.4).contains(width))
        }
    }
}
