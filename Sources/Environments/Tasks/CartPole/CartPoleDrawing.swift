import Foundation

/// How a cart with a pole is drawn.
struct CartPoleDrawing {
    /// Half the track that is shown, metres.
    let halfTrack: Double
    /// Metres from the hinge to the pole's tip.
    let poleLength: Double

    static let balancing = CartPoleDrawing(halfTrack: 2.4, poleLength: 1)
    static let swingUp = CartPoleDrawing(halfTrack: 2.5, poleLength: 0.6)

    func draw(_ state: CartPoleState, width: Int, height: Int) -> Picture {
        var canvas = Canvas(
            width: width, height: height, from: [-halfTrack - 0.3, -poleLength - 0.4],
            to: [halfTrack + 0.3, poleLength + 0.4])
        canvas.line(
            from: [-halfTrack, 0], to: [halfTrack, 0], thickness: 0.03, color: .black)
        let hinge = Point(state.position, 0)
        let tip = hinge + Point(sin(state.angle), cos(state.angle)) * poleLength
        canvas.rectangle(center: hinge, width: 0.5, height: 0.25, color: .blue)
        canvas.line(from: hinge, to: tip, thickness: 0.1, color: .brown)
        canvas.disc(center: hinge, radius: 0.05, color: .black)
        return canvas.picture
    }
}
