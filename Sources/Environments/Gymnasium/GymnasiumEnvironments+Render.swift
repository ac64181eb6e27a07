import OptimistCore

extension GymnasiumEnvironments {
    /// Most pixels that a side of an environment's own picture may have.
    private static let largestSide = 8192

    /// Draws one copy, scaled to a size; nil where drawing was not asked for in the options or the
    /// environment cannot be drawn as pixels.
    ///
    /// - Throws: `GymnasiumError.cannotDraw`, or what ends a worker.
    public func render(_ copy: Int, width: Int, height: Int) throws -> Picture? {
        try checkUsable("render")
        if !(0..<count).contains(copy) || width < 1 || height < 1 {
            fail("GymnasiumEnvironments.render", "copy \(copy) of \(count), \(width) × \(height)")
        }
        guard options.rendering else { return nil }
        let worker = worker(of: copy)
        var body = WorkerBytes()
        body.append(UInt32(copy - worker.copies.lowerBound))
        do {
            let place = GymnasiumPlace(environment: name, copy: copy)
            let drawn = try ask(worker, .render, body.bytes, at: place) {
                try GymnasiumEnvironments.readPicture(&$0)
            }
            return drawn?.scaled(width: width, height: height)
        } catch GymnasiumError.raised(let place, let exception, _) {
            throw GymnasiumError.cannotDraw(
                place, reason: exception, tried: renderer == nil ? ["egl", "osmesa"] : [])
        }
    }

    private static func readPicture(_ reader: inout WorkerReader) throws -> Picture? {
        let height = Int(try reader.number())
        let width = Int(try reader.number())
        if height == 0 && width == 0 { return nil }
        guard (1...largestSide).contains(height), (1...largestSide).contains(width) else {
            throw WorkerTrouble.violation("a picture of \(width) × \(height)")
        }
        let pixels = try reader.values(width * height * 3, of: UInt8.self)
        return Picture(width: width, height: height, pixels: pixels)
    }
}

extension Picture {
    /// The picture at another size: each new pixel is the mean of the area that it covers.
    func scaled(width newWidth: Int, height newHeight: Int) -> Picture {
        if newWidth == width && newHeight == height { return self }
        let columns = Picture.cells(width, newWidth)
        let lines = Picture.cells(height, newHeight)
        var result: [UInt8] = []
        result.reserveCapacity(newWidth * newHeight * 3)
        for line in lines {
            for column in columns {
                for channel in 0..<3 {
                    var sum = 0
                    for y in line {
                        for x in column { sum += Int(pixels[(y * width + x) * 3 + channel]) }
                    }
                    let count = line.count * column.count
                    result.append(UInt8((sum + count / 2) / count))
                }
            }
        }
        return Picture(width: newWidth, height: newHeight, pixels: result)
    }

    /// The old pixels that each new one covers, at least one.
    private static func cells(_ old: Int, _ new: Int) -> [Range<Int>] {
        (0..<new).map { index in
            let begin = index * old / new
            return begin..<max(begin + 1, (index + 1) * old / new)
        }
    }
}
