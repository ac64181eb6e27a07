/// A rectangle of cells, numbered row by row from the top left.
struct Grid: Sendable {
    /// A cell's row and column.
    struct Cell: Hashable, Sendable {
        var row: Int
        var column: Int
    }

    /// A step of one cell.
    enum Move: Sendable {
        case up, right, down, left

        var offset: Cell {
            switch self {
            case .up: Cell(row: -1, column: 0)
            case .right: Cell(row: 0, column: 1)
            case .down: Cell(row: 1, column: 0)
            case .left: Cell(row: 0, column: -1)
            }
        }
    }

    let rows: Int
    let columns: Int

    var count: Int { rows * columns }

    func index(_ cell: Cell) -> Int { cell.row * columns + cell.column }

    func cell(_ index: Int) -> Cell { Cell(row: index / columns, column: index % columns) }

    /// The cell that a move leads to; the edge holds.
    func move(_ cell: Cell, _ move: Move) -> Cell {
        Cell(
            row: min(max(cell.row + move.offset.row, 0), rows - 1),
            column: min(max(cell.column + move.offset.column, 0), columns - 1))
    }

    /// Draws the cells in their colors with pale lines between them, and a disc where the agent is.
    func draw(
        width: Int, height: Int, agent: Cell, color: (Cell) -> Color
    ) -> Picture {
        var canvas = Canvas(
            width: width, height: height, from: .zero, to: [Double(columns), Double(rows)],
            background: .paleGray)
        for index in 0..<count {
            let cell = cell(index)
            canvas.rectangle(center: center(cell), width: 0.94, height: 0.94, color: color(cell))
        }
        canvas.disc(center: center(agent), radius: 0.3, color: .blue)
        return canvas.picture
    }

    private func center(_ cell: Cell) -> Point {
        [Double(cell.column) + 0.5, Double(rows - cell.row) - 0.5]
    }
}
